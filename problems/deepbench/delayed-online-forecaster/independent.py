import math
from collections import deque

import numpy as np


class OnlineForecaster:
    def __init__(self, n_features: int, horizon: int, lr: float) -> None:
        if horizon < 1:
            raise ValueError(f"horizon must be at least 1, got {horizon}")
        self.n_features = n_features
        self.horizon = horizon
        self.lr = lr
        self.weight = np.zeros(n_features, dtype=np.float64)
        self.bias = 0.0
        self._pending: deque[tuple[np.ndarray, float]] = deque()  # (z, forecast) of the last ``horizon`` steps
        self._count = 0
        self._mean = np.zeros(n_features, dtype=np.float64)
        self._squares = np.zeros(n_features, dtype=np.float64)  # sum of squared differences from the mean
        self._error_sum = 0.0
        self._error_count = 0

    def step(self, features: np.ndarray, value: float) -> float:
        features = np.array(features, dtype=np.float64)
        value = float(value)

        if len(self._pending) == self.horizon:
            z, forecast = self._pending.popleft()
            if not math.isnan(value):
                self._error_sum += abs(forecast - value)
                self._error_count += 1
                slope = 2.0 * (float(self.weight @ z) + self.bias - value)
                self.weight = self.weight - self.lr * slope * z
                self.bias = float(self.bias - self.lr * slope)

        # Welford's update: exact for constant features, and safe for features far from 0.
        self._count += 1
        delta = features - self._mean
        self._mean = self._mean + delta / self._count
        self._squares = self._squares + delta * (features - self._mean)

        std = np.sqrt(self._squares / self._count)
        flat = std < 1e-8
        z = np.where(flat, 0.0, (features - self._mean) / np.where(flat, 1.0, std))
        forecast = float(self.weight @ z) + self.bias
        self._pending.append((z, forecast))
        return forecast

    def mean_absolute_error(self) -> float:
        if self._error_count == 0:
            return math.nan
        return self._error_sum / self._error_count
