import numpy as np


def mosaic(
    samples: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    size: int,
    center: tuple[int, int],
    fill: int = 114,
    min_side: float = 2.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put four detection samples around a point of a square canvas.

    The first image touches ``center`` with its bottom right corner, the second with its bottom left corner, the third
    with its top right corner, the fourth with its top left corner. Images are not resized; what reaches beyond the
    canvas is cut off, and what no image covers has the value ``fill``.

    Boxes (x1, y1, x2, y2), in pixels with continuous edges, move with their image and are cut off at the canvas's edges.
    A box is kept if then both its width and its height are at least ``min_side``.

    Args:
        samples: four times (image, boxes, labels): uint8 (h, w, 3) of any sizes, float64 (n, 4) inside the image, int64
            (n,); n may be 0. They are not changed.
        size: width and height of the canvas.
        center: (x, y), whole numbers from 0 to ``size``.
        min_side: greater than 0.

    Returns:
        The canvas, uint8 (size, size, 3), and the kept boxes, float64 (m, 4), with their labels, int64 (m,), in the order
        of the samples.
    """
