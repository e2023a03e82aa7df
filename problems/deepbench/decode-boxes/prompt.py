import torch


def decode_boxes(
    anchors: torch.Tensor, deltas: torch.Tensor, image_size: tuple[int, int], max_delta: float = 4.0
) -> torch.Tensor:
    """Boxes that a detector predicts, relative to anchors, limited to the image.

    Boxes and anchors are (x1, y1, x2, y2). For an anchor with centre (cx, cy), width w and height h, the offsets
    (dx, dy, dw, dh) mean a box with centre (cx + dx * w, cy + dy * h), width w * exp(dw) and height h * exp(dh),
    where dw and dh are first limited to at most ``max_delta``. At the end, x coordinates are limited to
    [0, image width] and y coordinates to [0, image height].

    Args:
        anchors: float tensor (N, 4).
        deltas: float tensor (N, 4).
        image_size: (height, width).

    Returns:
        Tensor (N, 4); N may be 0. The arguments are not changed.
    """
