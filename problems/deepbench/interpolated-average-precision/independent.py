import numpy as np


def average_precision_101(scores: np.ndarray, correct: np.ndarray, n_objects: int) -> float:
    count = len(scores)
    if count == 0:
        return 0.0
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.cumsum(np.asarray(correct, dtype=bool)[order].astype(np.int64))
    precision = hits / np.arange(1, count + 1)
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    places = np.searchsorted(hits * 100, np.arange(101, dtype=np.int64) * int(n_objects), side="left")
    return float(best[places].mean())
