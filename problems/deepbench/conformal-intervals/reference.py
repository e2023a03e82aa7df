import math

import numpy as np


class ConformalRegressor:
    def __init__(self) -> None:
        self._scores: list[float] = []

    def calibrate(self, targets: np.ndarray, predictions: np.ndarray, errors: np.ndarray) -> None:
        self._scores += (np.abs(targets - predictions) / errors).tolist()

    def intervals(self, predictions: np.ndarray, errors: np.ndarray, coverage: float) -> tuple[np.ndarray, np.ndarray]:
        if not 0 < coverage < 1:
            raise ValueError("coverage must lie between 0 and 1")
        rank = math.ceil((len(self._scores) + 1) * coverage)
        width = [*sorted(self._scores), math.inf][rank - 1] * errors
        return predictions - width, predictions + width
