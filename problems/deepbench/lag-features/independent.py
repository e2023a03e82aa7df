import numpy as np
import pandas as pd


def _means_before(values: np.ndarray, window: int) -> np.ndarray:
    n = len(values)
    result = np.full(n, np.nan)
    first = min(window, n - 1)  # places 1 ... first see all values before them
    if first > 0:
        result[1 : first + 1] = np.cumsum(values[:first]) / np.arange(1, first + 1)
    if n - 1 > window:
        windows = np.lib.stride_tricks.sliding_window_view(values, window)
        result[window:] = windows[: n - window].mean(axis=1)
    return result


def add_history(frame: pd.DataFrame, lags: list[int], window: int) -> pd.DataFrame:
    n = len(frame)
    values = frame["value"].to_numpy(dtype=np.float64)
    times = frame["time"].to_numpy()
    codes = pd.factorize(frame["series"])[0]
    order = np.lexsort((times, codes))
    bounds = np.flatnonzero(np.diff(codes[order])) + 1
    groups = np.split(order, bounds) if n else []

    columns = {f"lag_{k}": np.full(n, np.nan) for k in lags}
    rolling = np.full(n, np.nan)
    for rows in groups:
        series = values[rows]
        for k in lags:
            if k < len(rows):
                columns[f"lag_{k}"][rows[k:]] = series[:-k]
        rolling[rows] = _means_before(series, window)

    result = frame.copy()
    for name, column in columns.items():
        result[name] = column
    result["rolling_mean"] = rolling
    return result
