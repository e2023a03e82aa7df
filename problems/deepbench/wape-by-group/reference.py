import pandas as pd


def wape_by_group(frame: pd.DataFrame, by: str) -> pd.Series:
    error = (frame["actual"] - frame["forecast"]).abs()
    sums = pd.DataFrame({"error": error, "size": frame["actual"].abs()}).groupby(frame[by]).sum()
    return (sums["error"] / sums["size"]).where(sums["size"] > 0).rename("wape")
