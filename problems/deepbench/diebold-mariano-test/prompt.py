import numpy as np
from scipy import stats


def diebold_mariano(errors_a: np.ndarray, errors_b: np.ndarray, horizon: int) -> tuple[float, float]:
    """Whether two forecasters differ in accuracy, given their errors in n consecutive periods (Diebold and Mariano, with
    the correction of Harvey, Leybourne and Newbold for small samples).

    With d[t] = errors_a[t]² - errors_b[t]² and its mean m:

    1. The autocovariance at lag k is g[k] = (1 / n) * sum over t = k … n - 1 of (d[t] - m) * (d[t - k] - m).
    2. Errors of forecasts ``horizon`` steps ahead overlap, so the variance is
       v = g[0] + 2 * sum over k = 1 … horizon - 1 of (1 - k / horizon) * g[k].
    3. The statistic is m / sqrt(v / n), times sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n) with h = horizon.
    4. The p-value is two-sided, from Student's t distribution with n - 1 degrees of freedom.

    Args:
        errors_a: float array (n,). Not changed.
        errors_b: float array (n,). Not changed.
        horizon: at least 1 and less than n.

    Returns:
        The statistic (negative if A is more accurate) and the p-value, as floats; both NaN if d is constant.

    Raises:
        ValueError: if the shapes differ or ``horizon`` is out of range.
    """
