import numpy as np
from scipy import stats


def diebold_mariano(errors_a: np.ndarray, errors_b: np.ndarray, horizon: int) -> tuple[float, float]:
    a = np.asarray(errors_a, dtype=np.float64)
    b = np.asarray(errors_b, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"shapes differ: {a.shape} and {b.shape}")
    n = a.size
    if not 1 <= horizon < n:
        raise ValueError(f"horizon must be at least 1 and less than {n}, but is {horizon}")

    d = a**2 - b**2
    if np.all(d == d[0]):
        return float("nan"), float("nan")
    mean = d.mean()
    centred = d - mean
    variance = centred @ centred / n
    for k in range(1, horizon):
        variance += 2 * (1 - k / horizon) * (centred[k:] @ centred[: n - k]) / n
    correction = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    statistic = mean / np.sqrt(variance / n) * np.sqrt(correction)
    p_value = 2 * stats.t.sf(abs(statistic), df=n - 1)
    return float(statistic), float(p_value)
