import numpy as np
import pandas as pd


def item_popularity(log: pd.DataFrame, catalogue: list[str]) -> pd.Series:
    n_users = int(log["user"].nunique())
    pairs = log[["user", "item"]].drop_duplicates()
    counts = pairs["item"].value_counts().to_dict()
    values = [(counts.get(item, 0) + 1) / (n_users + 1) for item in catalogue]
    return pd.Series(values, index=list(catalogue), dtype=np.float64)


def catalogue_report(recommended: list[list[str]], popularity: pd.Series) -> dict[str, float]:
    position = {item: i for i, item in enumerate(popularity.index)}
    n = len(popularity)
    flat = np.array([position[item] for items in recommended for item in items], dtype=np.int64)
    counts = np.bincount(flat, minlength=n)
    coverage = float((counts > 0).sum() / n)
    if flat.size == 0:
        return {"coverage": coverage, "novelty": float("nan"), "gini": float("nan")}
    values = popularity.to_numpy(dtype=np.float64)
    novelty = float(np.mean(-np.log2(values[flat])))
    x = np.sort(counts).astype(np.float64)
    i = np.arange(1, n + 1)
    gini = float(((2 * i - n - 1) * x).sum() / (n * x.sum()))
    return {"coverage": coverage, "novelty": novelty, "gini": gini}
