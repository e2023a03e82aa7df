import numpy as np


def adjust(image: np.ndarray, brightness: int, contrast: float) -> np.ndarray:
    """Change brightness and contrast of an image: contrast * (value - mean) + mean + brightness.

    ``mean`` is the mean of all values of the image. Results are limited to 0 … 255 and rounded to the nearest whole
    number.

    Args:
        image: uint8 array (H, W) or (H, W, C), not empty. It is not changed.
        brightness: from -255 to 255.
        contrast: >= 0.

    Returns:
        uint8 array of the same shape.
    """
