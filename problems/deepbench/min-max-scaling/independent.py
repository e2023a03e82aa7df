import numpy as np


def min_max_scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low = train.min(axis=0)
    span = train.max(axis=0) - low
    span = np.where(span == 0, 1.0, span)  # x / 1 is exactly x
    return (train - low) / span, (test - low) / span
