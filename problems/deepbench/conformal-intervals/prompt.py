import numpy as np


class ConformalRegressor:
    """Prediction intervals for a network that predicts a value and an estimate of its own error.

    The score of a calibration sample is |target - prediction| / error. For a coverage c and n samples, the interval's
    factor is the r-th smallest score with r = ceil((n + 1) * c). If r is greater than n, the factor is infinite.
    """

    def calibrate(self, targets: np.ndarray, predictions: np.ndarray, errors: np.ndarray) -> None:
        """Add calibration samples to those added before: three float64 arrays (n,), errors greater than 0."""

    def intervals(
        self, predictions: np.ndarray, errors: np.ndarray, coverage: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper ends, float64 (m,): prediction ± factor * error. The arguments are not changed.

        Raises:
            ValueError: unless 0 < coverage < 1.
        """
