import numpy as np


def to_input(images: np.ndarray, mean: list[float], std: list[float]) -> np.ndarray:
    rgb = images[..., ::-1] / 255.0
    scaled = (rgb - np.array(mean)) / np.array(std)
    return scaled.transpose(0, 3, 1, 2).astype(np.float32)
