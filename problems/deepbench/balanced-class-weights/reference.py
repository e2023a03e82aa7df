import numpy as np


def class_weights(labels: np.ndarray, n_classes: int) -> np.ndarray:
    return len(labels) / (n_classes * np.bincount(labels))
