import torch


def letterbox(
    image: torch.Tensor,
    boxes: torch.Tensor,
    size: tuple[int, int],
    fill: int = 114,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Fit an image into a canvas of fixed size without distortion, and move its boxes along.

    The image (H, W) is resized to (new_h, new_w) and pasted into a canvas of ``size = (out_h, out_w)``:

    - The image is made as large as fits, enlarged if it is small. The side that limits the scale takes the canvas's
      length exactly. The other side is its exact scaled length rounded to the nearest integer, a half rounded up, and
      never less than 1.
    - Resizing is bilinear with half-pixel centres: output row i samples the input at ``(i + 0.5) * H / new_h - 0.5``,
      clamped to [0, H - 1], and columns likewise. There is no antialiasing. Values are rounded to the nearest level;
      within 1e-3 of a half either neighbour will do.
    - ``(out_h - new_h) // 2`` rows of ``fill`` are above the image and ``(out_w - new_w) // 2`` columns to its left;
      what is left over is below and to the right.

    Box coordinates are edges in continuous pixels: the image's right edge is at x = W, not W - 1. The box that covers
    the whole image becomes exactly the box that covers the pasted image, so x and y can have slightly different
    scales. Boxes are not clipped.

    Args:
        image: uint8 tensor (C, H, W) with C, H, W >= 1.
        boxes: float tensor (N, 4) of (x1, y1, x2, y2) in the image's pixels; N may be 0.
        size: (out_h, out_w), each at least 1.
        fill: canvas value, in [0, 255].

    Returns:
        The canvas, uint8 (C, out_h, out_w), and the boxes on the canvas, (N, 4) in the dtype of ``boxes``.
        Neither argument is changed.

    Raises:
        ValueError: if ``image`` is not uint8 or not three-dimensional, or a side of ``size`` is less than 1.
    """


def boxes_to_original(
    boxes: torch.Tensor,
    image_size: tuple[int, int],
    size: tuple[int, int],
) -> torch.Tensor:
    """Undo :func:`letterbox` for boxes, such as a detector's output on the canvas.

    Args:
        boxes: float tensor (N, 4) of (x1, y1, x2, y2) on the canvas; N may be 0. It is not changed.
        image_size: (H, W) of the original image.
        size: (out_h, out_w) of the canvas.

    Returns:
        (N, 4) in the original image's pixels, clipped to 0 <= x <= W and 0 <= y <= H, in the dtype of ``boxes``.
    """
