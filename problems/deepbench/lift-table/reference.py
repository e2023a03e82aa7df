import numpy as np
import pandas as pd


def lift_table(scores: np.ndarray, labels: np.ndarray, n_slices: int = 10) -> pd.DataFrame:
    if not labels.any():
        raise ValueError("there is no positive")
    slices = np.array_split(labels[np.argsort(-scores, kind="stable")], n_slices)
    table = pd.DataFrame({"rows": map(len, slices), "positives": [part.sum() for part in slices]})
    table.index += 1
    table["lift"] = table["positives"] / table["rows"] / labels.mean()
    table["captured"] = table["positives"].cumsum() / labels.sum()
    return table
