import pandas as pd


def wape_by_group(frame: pd.DataFrame, by: str) -> pd.Series:
    """Weighted absolute percentage error of forecasts, per group of rows.

    A group's WAPE is (sum of |actual - forecast|) / (sum of |actual|) over its rows whose actual value is not NaN. (It
    is not the mean of the rows' percentages.) It is NaN if the denominator is 0 or the group has no such row.

    Args:
        frame: columns "actual" and "forecast" (float; forecasts are never NaN) and the one named by ``by``; any index.
            Not changed.
        by: name of the grouping column, which has no missing values.

    Returns:
        A float Series named "wape", indexed by the groups in ascending order; every group is in it.
    """
