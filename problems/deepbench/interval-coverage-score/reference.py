import numpy as np


def interval_report(lower: np.ndarray, upper: np.ndarray, target: np.ndarray, alpha: float) -> dict[str, float]:
    if not 0 < alpha < 1:
        raise ValueError("alpha must be in (0, 1)")
    width = upper - lower
    outside = np.maximum(lower - target, 0) + np.maximum(target - upper, 0)
    return {
        "coverage": float((outside == 0).mean()),
        "width": float(width.mean()),
        "score": float((width + 2 / alpha * outside).mean()),
    }
