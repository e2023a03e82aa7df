import numpy as np


def adjust(image: np.ndarray, brightness: int, contrast: float) -> np.ndarray:
    mean = image.mean()
    values = contrast * (image - mean) + mean + brightness
    return values.clip(0, 255).round().astype(np.uint8)
