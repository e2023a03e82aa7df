import numpy as np


class LogTargetScaler:
    def fit(self, y: np.ndarray) -> None:
        if (y < 0).any():
            raise ValueError("the target must not be negative")
        logs = np.log1p(y)
        self._mean = logs.mean()
        self._std = logs.std() or 1.0

    def transform(self, y: np.ndarray) -> np.ndarray:
        return (np.log1p(y) - self._mean) / self._std

    def inverse_transform(self, z: np.ndarray) -> np.ndarray:
        return np.expm1(z * self._std + self._mean).clip(min=0)
