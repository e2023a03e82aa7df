import numpy as np
from scipy.spatial import cKDTree


def spread_labels(points: np.ndarray, kept: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    _, nearest = cKDTree(kept).query(points, k=range(1, k + 1))
    return np.array([np.bincount(votes).argmax() for votes in labels[nearest]])
