import pandas as pd


def grouped_auc(log: pd.DataFrame) -> tuple[float, pd.Series]:
    users = log["user"]
    clicked = log["clicked"].astype(float)
    n = clicked.groupby(users).size()
    hits = clicked.groupby(users).sum()
    # The ranks of the clicked rows, less those among themselves, count the pairs that are in order.
    ranks = log["score"].groupby(users).rank()
    ordered = (ranks * clicked).groupby(users).sum() - hits * (hits + 1) / 2
    auc = (ordered / (hits * (n - hits))).dropna()
    return float((auc * n).sum() / n[auc.index].sum()) if len(auc) else float("nan"), auc
