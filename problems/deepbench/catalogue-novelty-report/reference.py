import numpy as np
import pandas as pd


def item_popularity(log: pd.DataFrame, catalogue: list[str]) -> pd.Series:
    users = log.groupby("item")["user"].nunique().reindex(catalogue, fill_value=0)
    return (users + 1) / (log["user"].nunique() + 1)


def catalogue_report(recommended: list[list[str]], popularity: pd.Series) -> dict[str, float]:
    items = [item for row in recommended for item in row]
    n, total = len(popularity), len(items)
    counts = np.sort(pd.Series(items, dtype=object).value_counts().reindex(popularity.index, fill_value=0))
    spread = ((2 * np.arange(1, n + 1) - n - 1) * counts).sum()
    return {
        "coverage": float((counts > 0).mean()),
        "novelty": float(-np.log2(popularity[items]).mean()),
        "gini": float(spread / (n * total)) if total else float("nan"),
    }
