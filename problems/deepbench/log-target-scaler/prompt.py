import numpy as np


class LogTargetScaler:
    """Scales a skewed, non-negative target such as a price: log(1 + y), then zero mean and unit variance."""

    def fit(self, y: np.ndarray) -> None:
        """Learn the mean and the population standard deviation of log(1 + y) from a float array (n,), n >= 1.

        A standard deviation of 0 is replaced by 1. Raises ValueError if any value is negative.
        """

    def transform(self, y: np.ndarray) -> np.ndarray:
        """(log(1 + y) - mean) / std, float64 (n,), with what :meth:`fit` has learned."""

    def inverse_transform(self, z: np.ndarray) -> np.ndarray:
        """Turn predictions z (n,) back into the target's units; results below 0 are set to 0. float64 (n,)."""
