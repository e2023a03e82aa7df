import numpy as np


def pick_threshold(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, min_precision: float) -> float:
    if not 0 < min_precision <= 1:
        raise ValueError("min_precision must be in (0, 1]")
    order = np.argsort(-scores)
    ranked = scores[order]
    hits = np.cumsum((weights * labels)[order])
    flagged = np.cumsum(weights[order])
    # Only the last of a group of equal scores has flagged the whole group.
    whole = np.append(ranked[1:] != ranked[:-1], True)
    good = whole & (hits >= min_precision * flagged)
    if not good.any():
        return float("inf")
    return float(ranked[np.argmax(good & (hits == hits[good].max()))])


def report_at(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, threshold: float) -> dict[str, float]:
    flagged = weights[scores >= threshold].sum()
    hits = (weights * labels)[scores >= threshold].sum()
    positives = weights[labels == 1].sum()
    return {
        "precision": float(hits / flagged) if flagged else float("nan"),
        "recall": float(hits / positives) if positives else float("nan"),
        "flagged": float(flagged / weights.sum()),
    }
