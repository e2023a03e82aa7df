import pandas as pd


def subgroup_rates(frame: pd.DataFrame, group: str, min_rows: int = 1) -> pd.DataFrame:
    predicted, label, groups = frame["predicted"], frame["label"], frame[group]
    rates = pd.DataFrame(
        {
            "rows": predicted.groupby(groups).size(),
            "positive_rate": predicted.groupby(groups).mean(),
            "fpr": predicted.where(label == 0).groupby(groups).mean(),
            "fnr": (1 - predicted).where(label == 1).groupby(groups).mean(),
        }
    )
    return rates[rates["rows"] >= min_rows]


def largest_gap(rates: pd.DataFrame, column: str) -> tuple[float, str, str]:
    values = rates[column].dropna()
    if len(values) < 2:
        raise ValueError("fewer than two subgroups have a value")
    return float(values.max() - values.min()), values.idxmax(), values.idxmin()
