import pandas as pd


def center_ratings(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Subtract from each rating its user's mean rating in ``train``, to make strict and kind users comparable.

    For users of ``test`` who are not in ``train``, the mean of all ratings in ``train`` is subtracted.

    Args:
        train, test: frames with the columns "user" and "rating" (floats without NaN), at least one row each. They are
            not changed.

    Returns:
        The centred ratings of ``train`` and of ``test``, float64, in the order of the rows, with their index.
    """
