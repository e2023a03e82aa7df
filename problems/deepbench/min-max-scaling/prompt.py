import numpy as np


def min_max_scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale each column so that its smallest value in ``train`` becomes 0 and its greatest value in ``train`` becomes 1.

    The test rows are scaled in the same way, and may end below 0 or above 1. A column that is constant in ``train``
    becomes value - minimum, without a division.

    Args:
        train: float64 array (n, F), n >= 1.
        test: float64 array (m, F).

    Returns:
        Scaled copies of both, float64. The arguments are not changed.
    """
