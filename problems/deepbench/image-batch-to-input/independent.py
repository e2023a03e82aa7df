import numpy as np


def to_input(images: np.ndarray, mean: list[float], std: list[float]) -> np.ndarray:
    rgb = images[..., ::-1].astype(np.float64) / 255.0
    scaled = (rgb - np.asarray(mean, dtype=np.float64)) / np.asarray(std, dtype=np.float64)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2), dtype=np.float32)
