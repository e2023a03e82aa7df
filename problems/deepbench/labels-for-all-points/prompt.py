import numpy as np


def spread_labels(points: np.ndarray, kept: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Labels for all points of a cloud when only some of them were classified.

    A point gets the label that occurs most often among its ``k`` nearest kept points (Euclidean distance); of equally
    frequent labels the lowest.

    Args:
        points: float array (N, 3), N >= 1.
        kept: float array (M, 3); a point's distances to them all differ.
        labels: int64 array (M,), at least 0: labels of the kept points.
        k: from 1 to M.

    Returns:
        int64 array (N,).
    """
