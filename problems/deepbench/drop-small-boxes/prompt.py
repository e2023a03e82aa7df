import numpy as np


def clean_boxes(
    boxes: np.ndarray, labels: np.ndarray, width: int, height: int, min_side: float
) -> tuple[np.ndarray, np.ndarray]:
    """Limit boxes to the image, then drop those whose width or height is below ``min_side``.

    Args:
        boxes: float64 array (N, 4) of (x1, y1, x2, y2), N may be 0.
        labels: int64 array (N,).
        width, height: size of the image; x goes from 0 to width, y from 0 to height.

    Returns:
        The boxes and labels that are left, in the same order. The arguments are not changed.
    """
