import numpy as np
import pandas as pd


def lift_table(scores: np.ndarray, labels: np.ndarray, n_slices: int = 10) -> pd.DataFrame:
    """How many positives are found among the rows with the highest scores.

    Rows in descending order of score (equal ones in their order) are cut into ``n_slices`` consecutive slices, of which
    the first N % n_slices have N // n_slices + 1 rows and the others N // n_slices.

    Args:
        scores: float array (N,). Not changed.
        labels: int array (N,) of 0 and 1, at least one of them 1. Not changed.
        n_slices: at least 1 and at most N.

    Returns:
        One row per slice, indexed 1 … n_slices, with the columns "rows" (int), "positives" (int), "lift" (the slice's
        share of positives / the share of positives of all rows) and "captured" (positives in this and all earlier
        slices / all positives).

    Raises:
        ValueError: if there is no positive.
    """
