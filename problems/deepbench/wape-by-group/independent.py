import numpy as np
import pandas as pd


def wape_by_group(frame: pd.DataFrame, by: str) -> pd.Series:
    actual = frame["actual"].to_numpy(dtype=np.float64)
    forecast = frame["forecast"].to_numpy(dtype=np.float64)
    known = ~np.isnan(actual)
    sums = pd.DataFrame(
        {
            "error": np.where(known, np.abs(actual - forecast), 0.0),
            "size": np.where(known, np.abs(actual), 0.0),
        }
    )
    key = frame[by].reset_index(drop=True)  # any index of the frame, also one with duplicates
    sums = sums.groupby(key, sort=True, observed=True).sum()
    return (sums["error"] / sums["size"].where(sums["size"] != 0)).astype(np.float64).rename("wape")
