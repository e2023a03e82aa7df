import torch


def decode_boxes(
    anchors: torch.Tensor, deltas: torch.Tensor, image_size: tuple[int, int], max_delta: float = 4.0
) -> torch.Tensor:
    height, width = image_size
    x1, y1, x2, y2 = anchors.unbind(dim=1)
    dx, dy, dw, dh = deltas.unbind(dim=1)
    w, h = x2 - x1, y2 - y1
    cx, cy = (x1 + x2) / 2 + dx * w, (y1 + y2) / 2 + dy * h
    half_w = w * torch.exp(dw.clamp(max=max_delta)) / 2
    half_h = h * torch.exp(dh.clamp(max=max_delta)) / 2
    return torch.stack(
        [
            (cx - half_w).clamp(0, width),
            (cy - half_h).clamp(0, height),
            (cx + half_w).clamp(0, width),
            (cy + half_h).clamp(0, height),
        ],
        dim=1,
    )
