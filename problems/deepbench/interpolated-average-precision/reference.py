import numpy as np


def average_precision_101(scores: np.ndarray, correct: np.ndarray, n_objects: int) -> float:
    hits = np.cumsum(correct[np.argsort(-scores, kind="stable")])
    precision = hits / np.arange(1, len(hits) + 1)
    best = [max(precision[hits * 100 >= i * n_objects], default=0.0) for i in range(101)]
    return float(np.mean(best))
