import numpy as np


def class_shares(masks: list[np.ndarray], n_classes: int, ignore: int = 255) -> np.ndarray:
    pixels = np.concatenate([mask.ravel() for mask in masks])
    counts = np.bincount(pixels[pixels != ignore], minlength=n_classes)
    return counts / counts.sum()
