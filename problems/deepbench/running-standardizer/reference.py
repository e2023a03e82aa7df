import numpy as np


class RunningStandardizer:
    def __init__(self, n_features: int) -> None:
        self._count = np.zeros(n_features, dtype=np.int64)
        self._mean = np.zeros(n_features)
        self._m2 = np.zeros(n_features)

    def _checked(self, batch: np.ndarray) -> np.ndarray:
        if batch.ndim != 2 or batch.shape[1] != len(self._count):
            raise ValueError(f"expected a batch of shape (n, {len(self._count)})")
        return batch.astype(np.float64)

    def update(self, batch: np.ndarray) -> None:
        values = self._checked(batch)
        known = ~np.isnan(values)
        count = known.sum(axis=0)
        mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1)
        m2 = np.where(known, values - mean, 0.0) ** 2
        self.merge({"count": count, "mean": mean, "m2": m2.sum(axis=0)})

    def state(self) -> dict[str, np.ndarray]:
        return {"count": self._count.copy(), "mean": self._mean.copy(), "m2": self._m2.copy()}

    def merge(self, state: dict[str, np.ndarray]) -> None:
        # Chan et al.: pairwise update, stable where sum(x²) - sum(x)²/n cancels.
        total = self._count + state["count"]
        share = state["count"] / np.maximum(total, 1)
        delta = state["mean"] - self._mean
        self._m2 = self._m2 + state["m2"] + delta**2 * self._count * share
        self._mean = self._mean + delta * share
        self._count = total

    def _std(self) -> np.ndarray:
        std = np.sqrt(self._m2 / np.maximum(self._count, 1))
        return np.where(std <= 1e-10 * np.maximum(1.0, np.abs(self._mean)), 1.0, std)

    def transform(self, batch: np.ndarray) -> np.ndarray:
        values = self._checked(batch)
        scaled = (values - self._mean) / self._std()
        return np.where(np.isnan(values), 0.0, scaled).astype(np.float32)

    def inverse_transform(self, batch: np.ndarray) -> np.ndarray:
        return self._checked(batch) * self._std() + self._mean
