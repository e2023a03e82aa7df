import numpy as np


def summing_matrix(groups: list[list[int]], n_bottom: int) -> np.ndarray:
    """Matrix that gives all series of a hierarchy from its bottom series.

    The first rows are one per group: 1 for the bottom series in the group, 0 for the others. The last ``n_bottom``
    rows are the bottom series themselves, in order. float64 (len(groups) + n_bottom, n_bottom).
    """


def reconcile(forecasts: np.ndarray, summing: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Forecasts that add up, as near as possible to those that were made for every series by itself.

    Of all forecasts that some forecasts of the bottom series give through ``summing``, the result is the one with the
    least sum of squared differences from ``forecasts``, each series' squares divided by its variance.

    Args:
        forecasts: float64 array (m, H) for m series and H steps, not changed.
        summing: float64 array (m, n) of rank n.
        variances: float64 array (m,), greater than 0: of the errors of each series' forecasts.

    Returns:
        float64 array (m, H).
    """
