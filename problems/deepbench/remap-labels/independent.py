import numpy as np


def remap_labels(labels: np.ndarray, mapping: dict[int, int]) -> np.ndarray:
    table = np.full(256, 255, dtype=np.uint8)
    for old, new in mapping.items():
        table[old] = new
    return table[labels]
