import torch


def paste_masks(
    masks: torch.Tensor, boxes: torch.Tensor, height: int, width: int, threshold: float = 0.5
) -> torch.Tensor:
    """Masks of the whole image from the small masks that a detector predicts inside its boxes.

    A small mask has M x M cells that fill its box. Cell (r, c) has its value in the cell's centre, and all cells
    outside of the mask, around it, have the value 0. The value at a pixel of the image is interpolated bilinearly at
    the pixel's centre; pixel (y, x) has its centre at (x + 0.5, y + 0.5) in the coordinates of the boxes. A pixel
    belongs to the instance if its value is at least ``threshold``.

    Args:
        masks: float32 tensor (N, M, M) of probabilities, N >= 1.
        boxes: float32 tensor (N, 4), (x1, y1, x2, y2) with x1 < x2 and y1 < y2; boxes may reach beyond the image or
            lie outside of it.
        height: of the image.
        width: of the image.
        threshold: greater than 0.

    Returns:
        bool tensor (N, height, width). The arguments are not changed.
    """
