import numpy as np
import pandas as pd


def encode_new(
    categories: pd.Series, target: pd.Series, new_categories: pd.Series, smoothing: float = 10.0
) -> pd.Series:
    """Encode a categorical column of new rows by the mean target of each category in the training rows, smoothed.

    With the prior m (the mean of ``target`` over all training rows), a category that occurs in ``count`` training rows
    whose targets add up to ``total`` is encoded as (total + smoothing * m) / (count + smoothing). Categories that do
    not occur in training, and missing ones (NaN or None), are encoded as m.

    Args:
        categories, target: the training rows, n >= 1, with the same index (any index, perhaps with repeated values).
            ``target`` is 0 or 1, without missing values.
        new_categories: any number of rows, at least 1.
        smoothing: >= 0.

    Returns:
        float64 Series with the index of ``new_categories``. No argument is changed.
    """


def encode_out_of_fold(
    categories: pd.Series, target: pd.Series, folds: np.ndarray, smoothing: float = 10.0
) -> pd.Series:
    """Encode the training rows themselves so that no row's own target is in its code.

    The rows of each fold are encoded as :func:`encode_new` does from the rows of all *other* folds; the prior too comes
    from those only.

    Args:
        categories, target, smoothing: as for :func:`encode_new`.
        folds: int array (n,), the fold of each row by position.

    Returns:
        float64 Series with the index of ``categories``, in the same order. No argument is changed.

    Raises:
        ValueError: if ``folds`` has fewer than two different values.
    """
