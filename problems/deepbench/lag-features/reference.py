import pandas as pd


def add_history(frame: pd.DataFrame, lags: list[int], window: int) -> pd.DataFrame:
    result = frame.copy()
    values = frame.sort_values("time").groupby("series")["value"]
    for lag in lags:
        result[f"lag_{lag}"] = values.shift(lag)
    # The shift goes first, and within each series: a rolling mean of shifted rows never sees the row itself.
    result["rolling_mean"] = values.transform(lambda own: own.shift(1).rolling(window, min_periods=1).mean())
    return result
