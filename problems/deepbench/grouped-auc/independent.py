import numpy as np
import pandas as pd


def grouped_auc(log: pd.DataFrame) -> tuple[float, pd.Series]:
    data = pd.DataFrame(
        {
            "user": log["user"].reset_index(drop=True),
            "clicked": log["clicked"].to_numpy().astype(np.float64),
            "score": log["score"].to_numpy().astype(np.float64),
        }
    )
    by_user = data.groupby("user", sort=True, observed=True)
    data["rank"] = by_user["score"].rank(method="average")
    data["clicked_rank"] = data["rank"] * data["clicked"]
    sums = data.groupby("user", sort=True, observed=True).agg(
        clicked=("clicked", "sum"), total=("clicked", "size"), ranks=("clicked_rank", "sum")
    )
    sums = sums.astype(np.float64)
    sums = sums[(sums["clicked"] > 0) & (sums["clicked"] < sums["total"])]
    clicked, total = sums["clicked"], sums["total"]
    auc = (sums["ranks"] - clicked * (clicked + 1) / 2) / (clicked * (total - clicked))
    auc = auc.astype(np.float64).rename("auc")
    if len(auc) == 0:
        return float("nan"), auc
    return float((auc * total).sum() / total.sum()), auc
