import numpy as np


def purged_folds(
    start: np.ndarray, end: np.ndarray, n_folds: int, embargo: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    n = len(start)
    if not 2 <= n_folds <= n:
        raise ValueError("n_folds must be from 2 to the number of rows")
    if embargo < 0:
        raise ValueError("embargo must not be negative")
    start = np.asarray(start).astype(np.int64)
    end = np.asarray(end).astype(np.int64)

    folds = []
    for part in np.array_split(np.argsort(start, kind="stable"), n_folds):
        test = np.sort(part)
        first = start[test].min()
        last = end[test].max()
        allowed = (end < first) | (start - last > embargo)  # embargo >= 0: the second is after the test period
        allowed[test] = False
        folds.append((np.flatnonzero(allowed), test))
    return folds
