import numpy as np


def summing_matrix(groups: list[list[int]], n_bottom: int) -> np.ndarray:
    """Matrix that gives all series of a hierarchy from its bottom series.

    The first rows are the groups, in order: 1 for a bottom series in the group, 0 for others. The last ``n_bottom``
    rows are the bottom series themselves, in order. float64 (len(groups) + n_bottom, n_bottom).
    """


def reconcile(forecasts: np.ndarray, summing: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Forecasts that add up, as close as possible to those made for each series on its own.

    Of all forecasts of the form ``summing @ bottom``, the result is the one with the least sum of squared differences
    from ``forecasts``, where each series' squares are divided by its variance.

    Args:
        forecasts: float64 array (m, H) for m series and H steps, not changed.
        summing: float64 array (m, n) of rank n.
        variances: float64 array (m,), greater than 0: the error variance of each series' forecasts.

    Returns:
        float64 array (m, H).
    """
