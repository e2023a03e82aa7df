import torch


def decode_grid(raw: torch.Tensor, stride: int) -> torch.Tensor:
    """Boxes in pixels from the raw output of a one-stage detector, one box per grid cell.

    The channels are (tx, ty, tw, th). For the cell in row i and column j:

    - the box's centre is x = (j + sigmoid(tx)) * stride and y = (i + sigmoid(ty)) * stride,
    - its width is exp(tw) * stride, and its height exp(th) * stride.

    Args:
        raw: float tensor (B, 4, H, W), not changed.
        stride: size of a cell in pixels.

    Returns:
        Boxes (x1, y1, x2, y2), float (B, H * W, 4), row by row of the grid.
    """
