import pandas as pd


def add_history(frame: pd.DataFrame, lags: list[int], window: int) -> pd.DataFrame:
    """Add features of the past to a table of several time series, for a model that predicts "value" of each row.

    The columns are "series" (strings), "time" (integers, different within a series) and "value" (floats without NaN).
    Rows are in any order; "earlier" means a smaller time in the same series.

    New columns, all float64:

    - "lag_k" for each k in ``lags`` (k >= 1): the value k rows earlier; NaN if there are fewer than k earlier rows.
    - "rolling_mean": the mean value of the ``window`` (>= 1) rows just before, not counting the row itself; of all
      earlier rows if there are fewer; NaN if there are none.

    Returns:
        A new frame with the rows, the index and the columns of ``frame``, in the same order, and the new columns after
        them, in the order of ``lags`` and then "rolling_mean". The index of ``frame`` has no repeated values; the frame
        is not changed.
    """
