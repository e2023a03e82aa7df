import numpy as np


def cut_windows(series: np.ndarray, length: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut a long series into equally long windows that cover it all.

    Windows start at 0, step, 2 * step, … as long as they fit. If the last of them does not reach the end, one more
    window is added that ends exactly at the end. A series shorter than ``length`` gives one window, with zeros after
    the series.

    Args:
        series: float array (T, C), T >= 1. It is not changed.
        length: >= 1.
        step: from 1 to length.

    Returns:
        The windows (N, length, C) in the dtype of ``series``, and their starts, int64 (N,), ascending.
    """


def join_windows(windows: np.ndarray, begins: np.ndarray, size: int) -> np.ndarray:
    """Merge the windows' per-step predictions: each step is the mean of all windows that cover it.

    Args:
        windows: float array (N, length, C), not changed.
        begins: their starts, int array (N,).
        size: T, the length of the series; every step is covered, and what lies beyond T is left out.

    Returns:
        float64 array (T, C).
    """
