import numpy as np


def class_weights(labels: np.ndarray, n_classes: int) -> np.ndarray:
    counts = np.bincount(np.asarray(labels).astype(np.int64), minlength=n_classes).astype(np.float64)
    return len(labels) / (n_classes * counts)
