import numpy as np
from scipy.spatial import cKDTree


def spread_labels(points: np.ndarray, kept: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    tree = cKDTree(np.asarray(kept, dtype=np.float64))
    values, codes = np.unique(labels, return_inverse=True)
    codes = codes.reshape(-1)
    result = np.empty(len(points), dtype=np.int64)
    chunk = max(1, 2_000_000 // max(k, len(values)))
    for start in range(0, len(points), chunk):
        part = np.asarray(points[start : start + chunk], dtype=np.float64)
        _, nearest = tree.query(part, k=list(range(1, k + 1)))  # a list, so that k = 1 keeps its axis
        votes = codes[nearest]
        counts = np.zeros((len(part), len(values)), dtype=np.int64)
        np.add.at(counts, (np.arange(len(part))[:, None], votes), 1)
        result[start : start + chunk] = values[counts.argmax(axis=1)]  # the first maximum is the lowest label
    return result
