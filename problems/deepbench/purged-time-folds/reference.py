import numpy as np


def purged_folds(
    start: np.ndarray, end: np.ndarray, n_folds: int, embargo: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    if not 2 <= n_folds <= len(start) or embargo < 0:
        raise ValueError("n_folds or embargo is out of range")
    folds = []
    for test in np.array_split(np.argsort(start, kind="stable"), n_folds):
        apart = (end < start[test].min()) | (start > end[test].max() + embargo)
        folds.append((np.flatnonzero(apart), np.sort(test)))
    return folds
