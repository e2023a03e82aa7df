import numpy as np


def adjust(image: np.ndarray, brightness: int, contrast: float) -> np.ndarray:
    values = image.astype(np.float64)
    mean = values.mean()
    result = contrast * (values - mean) + mean + brightness
    return np.rint(np.clip(result, 0, 255)).astype(np.uint8)
