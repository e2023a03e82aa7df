import pandas as pd


def subgroup_rates(frame: pd.DataFrame, group: str, min_rows: int = 1) -> pd.DataFrame:
    label = frame["label"].to_numpy()
    predicted = frame["predicted"].to_numpy()
    counts = pd.DataFrame(
        {
            "group": frame[group].array,
            "rows": 1,
            "predicted_positive": (predicted == 1).astype("int64"),
            "negatives": (label == 0).astype("int64"),
            "positives": (label == 1).astype("int64"),
            "false_positives": ((label == 0) & (predicted == 1)).astype("int64"),
            "false_negatives": ((label == 1) & (predicted == 0)).astype("int64"),
        }
    )
    sums = counts.groupby("group", sort=True, dropna=True, observed=True).sum()
    sums = sums[sums["rows"] >= min_rows]
    rates = pd.DataFrame(
        {
            "rows": sums["rows"].astype("int64"),
            "positive_rate": sums["predicted_positive"] / sums["rows"],
            "fpr": sums["false_positives"] / sums["negatives"],  # 0 / 0 is NaN
            "fnr": sums["false_negatives"] / sums["positives"],
        },
        index=sums.index,
    )
    rates.index.name = group
    return rates


def largest_gap(rates: pd.DataFrame, column: str) -> tuple[float, str, str]:
    values = rates[column].dropna()
    if len(values) < 2:
        raise ValueError(f"fewer than two subgroups have a value of {column!r}")
    numbers = values.to_numpy(dtype=float)
    high, low = int(numbers.argmax()), int(numbers.argmin())
    return float(numbers[high] - numbers[low]), values.index[high], values.index[low]
