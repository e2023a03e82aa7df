import numpy as np


class LogTargetScaler:
    def fit(self, y: np.ndarray) -> None:
        y = np.asarray(y, dtype=np.float64)
        if np.any(y < 0):
            raise ValueError("the target must not be negative")
        logs = np.log1p(y)
        if logs.max() == logs.min():  # the computed deviation might be a rounding error instead of 0
            self.mean, self.std = float(logs[0]), 1.0
        else:
            self.mean = float(logs.mean())
            self.std = float(logs.std()) or 1.0

    def transform(self, y: np.ndarray) -> np.ndarray:
        return (np.log1p(np.asarray(y, dtype=np.float64)) - self.mean) / self.std

    def inverse_transform(self, z: np.ndarray) -> np.ndarray:
        return np.maximum(np.expm1(np.asarray(z, dtype=np.float64) * self.std + self.mean), 0.0)
