import math

import numpy as np


class ConformalRegressor:
    def __init__(self) -> None:
        self._scores = np.empty(0, dtype=np.float64)

    def calibrate(self, targets: np.ndarray, predictions: np.ndarray, errors: np.ndarray) -> None:
        targets = np.asarray(targets, dtype=np.float64)
        predictions = np.asarray(predictions, dtype=np.float64)
        errors = np.asarray(errors, dtype=np.float64)
        scores = np.abs(targets - predictions) / errors
        self._scores = np.sort(np.concatenate([self._scores, scores]))

    def intervals(self, predictions: np.ndarray, errors: np.ndarray, coverage: float) -> tuple[np.ndarray, np.ndarray]:
        if not 0 < coverage < 1:
            raise ValueError("coverage must be between 0 and 1")
        predictions = np.asarray(predictions, dtype=np.float64)
        errors = np.asarray(errors, dtype=np.float64)
        n = len(self._scores)
        # 100 * 0.55 is 55.00000000000001 in floating point: don't let that make 56 of it
        rank = max(1, math.ceil((n + 1) * coverage - 1e-9))
        if rank > n:
            return np.full(predictions.shape, -np.inf), np.full(predictions.shape, np.inf)
        half = self._scores[rank - 1] * errors
        return predictions - half, predictions + half
