import numpy as np


def crop_with_boxes(
    image: np.ndarray,
    boxes: np.ndarray,
    labels: np.ndarray,
    window: tuple[int, int, int, int],
    min_visible: float = 0.3,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut a window out of a detection sample.

    Boxes are (x1, y1, x2, y2) in pixels with continuous edges, x1 < x2 and y1 < y2. They are cut off at the window's
    edges and moved so that the window's top left corner is (0, 0). A box is kept if some of its area is inside the
    window, and at least ``min_visible`` of it.

    Args:
        image: array (H, W, C).
        boxes: float64 array (N, 4), N may be 0.
        labels: int64 array (N,).
        window: (x1, y1, x2, y2), inside the image.
        min_visible: share of a box's area, from 0 to 1.

    Returns:
        The cropped image, the kept boxes (M, 4) and their labels (M,), in the given order and dtypes. The arguments are
        not changed.
    """
