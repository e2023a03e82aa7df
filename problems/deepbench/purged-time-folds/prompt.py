import numpy as np


def purged_folds(
    start: np.ndarray, end: np.ndarray, n_folds: int, embargo: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cross-validation folds over time, for rows whose labels look into the future.

    The label of row i is computed from the period start[i] … end[i] (both included). Training on a row whose period
    overlaps a test row's leaks the test labels.

    1. Rows are sorted by ``start`` (equal ones by index) and cut into ``n_folds`` consecutive parts, of which the first
       N % n_folds have N // n_folds + 1 rows and the others N // n_folds. Each part is the test set of a fold.
    2. A fold's test period goes from the least start to the greatest end of its test rows.
    3. Purging: its training rows are the rows of the other parts whose period does not share a time with the test period.
    4. Embargo: rows that start within ``embargo`` after the test period (start - greatest end <= embargo) are no
       training rows either. Rows before the test period are not affected.

    Args:
        start: int array (N,), in any order. Not changed.
        end: int array (N,), end >= start. Not changed.
        n_folds: at least 2 and at most N.
        embargo: at least 0.

    Returns:
        (training rows, test rows) for each part, as int arrays of row indices in ascending order; training rows may be
        empty.

    Raises:
        ValueError: if ``n_folds`` is out of range or ``embargo`` is negative.
    """
