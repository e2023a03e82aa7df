import math

import numpy as np


def _flagged_weights(
    scores: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
    scores = np.asarray(scores, dtype=np.float64)[order]
    weights = np.asarray(weights, dtype=np.float64)[order]
    positive = np.asarray(labels)[order] == 1
    return scores, np.cumsum(np.where(positive, weights, 0.0)), np.cumsum(weights)


def pick_threshold(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, min_precision: float) -> float:
    if not 0 < min_precision <= 1:
        raise ValueError(f"min_precision must be in (0, 1], got {min_precision}")
    scores, positives, flagged = _flagged_weights(scores, labels, weights)
    last = np.append(scores[1:] != scores[:-1], True)  # rows with equal scores are flagged together
    scores, positives, flagged = scores[last], positives[last], flagged[last]
    good = positives / flagged >= min_precision
    if not good.any():
        return math.inf
    # Recall is the weight of the flagged positives but for a constant; argmax gives the first, the greatest threshold.
    return float(scores[np.argmax(np.where(good, positives, -1.0))])


def report_at(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, threshold: float) -> dict[str, float]:
    scores, positives, flagged = _flagged_weights(scores, labels, weights)
    n = int(np.count_nonzero(scores >= threshold))
    all_positives = float(positives[-1]) if scores.size else 0.0
    all_rows = float(flagged[-1]) if scores.size else 0.0
    flagged_positives = float(positives[n - 1]) if n else 0.0
    flagged_rows = float(flagged[n - 1]) if n else 0.0
    return {
        "precision": flagged_positives / flagged_rows if n else math.nan,
        "recall": flagged_positives / all_positives if all_positives > 0 else math.nan,
        "flagged": flagged_rows / all_rows if scores.size else math.nan,
    }
