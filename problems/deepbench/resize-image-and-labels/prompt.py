import numpy as np


def resize_image(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize by bilinear interpolation, without antialiasing.

    Row i of the result lies at s = (i + 0.5) * H / height - 0.5 of the source, clamped to 0 … H - 1; its value is
    interpolated linearly between rows floor(s) and floor(s) + 1. Likewise for columns.

    Args:
        image: array (H, W, C) of float32 or uint8, H and W at least 1. It is not changed.
        height, width: size of the result, at least 1.

    Returns:
        float32 array (height, width, C), not rounded.
    """


def resize_labels(labels: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize a label mask to match: interpolated class numbers would be other classes.

    Row i of the result is row floor((i + 0.5) * H / height) of the source; likewise for columns.

    Args:
        labels: int array (H, W). It is not changed.

    Returns:
        Array (height, width) of the same dtype.
    """
