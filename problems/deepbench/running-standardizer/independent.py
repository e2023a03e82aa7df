import numpy as np


class RunningStandardizer:
    def __init__(self, n_features: int) -> None:
        self.n_features = n_features
        self._count = np.zeros(n_features, dtype=np.int64)
        self._mean = np.zeros(n_features, dtype=np.float64)
        self._m2 = np.zeros(n_features, dtype=np.float64)

    def _check(self, batch: np.ndarray) -> np.ndarray:
        batch = np.asarray(batch)
        if batch.ndim != 2 or batch.shape[1] != self.n_features:
            raise ValueError(f"expected a batch of shape (n, {self.n_features}), got {batch.shape}")
        return batch.astype(np.float64)

    def update(self, batch: np.ndarray) -> None:
        values = self._check(batch)
        known = ~np.isnan(values)
        count = known.sum(axis=0).astype(np.int64)
        divisor = np.maximum(count, 1)
        mean = np.where(known, values, 0.0).sum(axis=0) / divisor
        deviation = np.where(known, values - mean, 0.0)
        rest = deviation.sum(axis=0)  # 0 but for rounding; corrects mean and m2
        m2 = np.maximum((deviation**2).sum(axis=0) - rest**2 / divisor, 0.0)
        self._add(count, mean + rest / divisor, m2)

    def _add(self, count: np.ndarray, mean: np.ndarray, m2: np.ndarray) -> None:
        total = self._count + count
        divisor = np.maximum(total, 1)
        empty = count == 0
        delta = mean - self._mean
        new_mean = self._mean + delta * (count / divisor)
        new_m2 = self._m2 + m2 + delta**2 * (self._count * (count / divisor))
        # A side without values must not even bring rounding errors.
        new_mean = np.where(self._count == 0, mean, new_mean)
        new_m2 = np.where(self._count == 0, m2, new_m2)
        self._mean = np.where(empty, self._mean, new_mean)
        self._m2 = np.where(empty, self._m2, new_m2)
        self._count = total

    def state(self) -> dict[str, np.ndarray]:
        return {"count": self._count.copy(), "mean": self._mean.copy(), "m2": self._m2.copy()}

    def merge(self, state: dict[str, np.ndarray]) -> None:
        self._add(
            np.array(state["count"], dtype=np.int64),
            np.array(state["mean"], dtype=np.float64),
            np.array(state["m2"], dtype=np.float64),
        )

    def _std(self) -> np.ndarray:
        std = np.sqrt(self._m2 / np.maximum(self._count, 1))
        constant = std <= 1e-10 * np.maximum(1.0, np.abs(self._mean))
        return np.where(constant, 1.0, std)

    def transform(self, batch: np.ndarray) -> np.ndarray:
        values = self._check(batch)
        scaled = (values - self._mean) / self._std()
        return np.where(np.isnan(values), 0.0, scaled).astype(np.float32)

    def inverse_transform(self, batch: np.ndarray) -> np.ndarray:
        return self._check(batch) * self._std() + self._mean
