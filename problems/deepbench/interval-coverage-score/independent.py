import numpy as np


def interval_report(lower: np.ndarray, upper: np.ndarray, target: np.ndarray, alpha: float) -> dict[str, float]:
    if not 0 < alpha < 1:
        raise ValueError("alpha must be between 0 and 1")
    lower = np.asarray(lower, dtype=np.float64)
    upper = np.asarray(upper, dtype=np.float64)
    target = np.asarray(target, dtype=np.float64)
    width = upper - lower
    outside = np.maximum(lower - target, 0.0) + np.maximum(target - upper, 0.0)
    return {
        "coverage": float(np.mean((lower <= target) & (target <= upper))),
        "width": float(np.mean(width)),
        "score": float(np.mean(width + 2.0 / alpha * outside)),
    }
