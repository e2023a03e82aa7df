import numpy as np


def remap_labels(labels: np.ndarray, mapping: dict[int, int]) -> np.ndarray:
    result = np.full_like(labels, 255)
    for old, new in mapping.items():
        result[labels == old] = new
    return result
