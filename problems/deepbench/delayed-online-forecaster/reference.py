from collections import deque

import numpy as np


class OnlineForecaster:
    def __init__(self, n_features: int, horizon: int, lr: float) -> None:
        if horizon < 1:
            raise ValueError("horizon must be at least 1")
        self.weight, self.bias = np.zeros(n_features), 0.0
        self.horizon, self.lr = horizon, lr
        self._pending: deque[tuple[np.ndarray, float]] = deque()
        self._errors: list[float] = []
        self._count = 0
        self._mean, self._squares = np.zeros(n_features), np.zeros(n_features)

    def step(self, features: np.ndarray, value: float) -> float:
        if len(self._pending) == self.horizon:
            self._learn(*self._pending.popleft(), value)
        features = np.asarray(features, dtype=np.float64)
        self._count += 1
        delta = features - self._mean
        self._mean = self._mean + delta / self._count
        self._squares = self._squares + delta * (features - self._mean)
        std = np.sqrt(self._squares / self._count)
        z = np.divide(features - self._mean, std, out=np.zeros_like(std), where=std >= 1e-8)
        forecast = float(self.weight @ z + self.bias)
        self._pending.append((z, forecast))
        return forecast

    def _learn(self, z: np.ndarray, forecast: float, value: float) -> None:
        if np.isnan(value):
            return
        self._errors.append(abs(forecast - value))
        step = self.lr * 2 * float(self.weight @ z + self.bias - value)
        self.weight = self.weight - step * z
        self.bias -= step

    def mean_absolute_error(self) -> float:
        return float(np.mean(self._errors)) if self._errors else float("nan")
