import numpy as np
from scipy import stats


def diebold_mariano(errors_a: np.ndarray, errors_b: np.ndarray, horizon: int) -> tuple[float, float]:
    n = len(errors_a)
    if errors_a.shape != errors_b.shape or not 1 <= horizon < n:
        raise ValueError("the shapes differ or horizon is out of range")
    d = errors_a**2 - errors_b**2
    if (d == d[0]).all():
        return float("nan"), float("nan")
    centred = d - d.mean()
    # Lag 0 counts once, every other lag for both of its signs.
    variance = -(centred @ centred) / n
    for lag in range(horizon):
        variance += 2 * (1 - lag / horizon) * (centred[lag:] @ centred[: n - lag]) / n
    correction = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    statistic = d.mean() * np.sqrt(correction / (variance / n))
    return float(statistic), float(2 * stats.t.sf(abs(statistic), n - 1))
