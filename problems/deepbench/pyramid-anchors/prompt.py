import torch


def pyramid_anchors(
    image_size: tuple[int, int],
    strides: list[int],
    sizes: list[float],
    ratios: list[float],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """All anchor boxes of a detector with a feature pyramid, for one image size.

    Level l has ``ceil(height / strides[l])`` by ``ceil(width / strides[l])`` cells. The cell in row i and column j
    is centred at ``x = (j + 0.5) * stride``, ``y = (i + 0.5) * stride``, in pixels of the image. At every centre
    stands one anchor for each ratio r: a box with height / width = r and the area ``sizes[l] ** 2``.

    The anchors come level by level, within a level row by row, within a row column by column, and at a cell in the
    order of ``ratios``. They are not clipped to the image.

    Args:
        image_size: height and width of the image in pixels, both positive.
        strides: pixels per cell, for each level; positive.
        sizes: square root of the anchors' area, for each level; positive.
        ratios: height / width of the anchors, the same at all levels; positive.

    Returns:
        boxes: float32 tensor of shape (N, 4), as (x1, y1, x2, y2).
        levels: int64 tensor of shape (N,), the index of each anchor's level.
        inside: bool tensor of shape (N,), whether the box lies within the image: 0 <= x1, 0 <= y1, x2 <= width and
            y2 <= height (a box that only touches the border is inside).
        Without levels or without ratios, N is 0 and the shapes are (0, 4), (0,) and (0,).

    Raises:
        ValueError: if ``strides`` and ``sizes`` differ in length, or any number given is not positive.
    """
