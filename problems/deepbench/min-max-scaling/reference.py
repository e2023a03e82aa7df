import numpy as np


def min_max_scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low = train.min(axis=0)
    span = train.max(axis=0) - low
    span[span == 0] = 1
    return (train - low) / span, (test - low) / span
