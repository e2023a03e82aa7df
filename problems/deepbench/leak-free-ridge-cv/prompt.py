import numpy as np


def fit_preprocessing(x: np.ndarray) -> dict[str, np.ndarray]:
    """What has to be learned from training rows: float64 (F,) each.

    - "median": each feature's median over the rows where it is not NaN.
    - "mean" and "std": each feature's mean and population standard deviation after NaN was replaced by the median. A
      standard deviation of 0 is replaced by 1.

    ``x`` is a float array (n, F) in which no feature is NaN everywhere. It is not changed.
    """


def apply_preprocessing(x: np.ndarray, state: dict[str, np.ndarray]) -> np.ndarray:
    """Replace NaN by the medians, then subtract the means and divide by the standard deviations. A new float array."""


def cross_validated_r2(x: np.ndarray, y: np.ndarray, folds: np.ndarray, alpha: float) -> tuple[float, np.ndarray]:
    """R² of ridge regression on held-out folds, with nothing learned from the rows that are held out.

    For each fold (value in ``folds``, in ascending order), preprocessing and ridge regression are fitted on the rows of
    all other folds, and predict the fold's rows. The ridge regression minimises
    sum of squared errors + alpha * sum of squared coefficients; its intercept is not penalised.

    The R² is pooled: 1 - (sum of squared errors over all rows) / (sum over all rows of (y - baseline)²), where the
    baseline of a row is the mean of y over *its training rows*: the rows of all other folds.

    Args:
        x: float array (N, F), NaN for missing values; no feature is NaN in all training rows of a fold. Not changed.
        y: float array (N,), not constant.
        folds: int array (N,), the fold of each row; at least two different values.
        alpha: greater than 0.

    Returns:
        The R², as a float, and the held-out prediction of each row, float64 (N,).

    Raises:
        ValueError: if there are fewer than two folds.
    """
