import numpy as np
import pandas as pd


def lift_table(scores: np.ndarray, labels: np.ndarray, n_slices: int = 10) -> pd.DataFrame:
    scores = np.asarray(scores)
    labels = np.asarray(labels).astype(np.int64)
    n = len(labels)
    total = int(labels.sum())
    if total == 0:
        raise ValueError("there is no positive")

    order = np.argsort(-scores, kind="stable")
    rows = np.full(n_slices, n // n_slices, dtype=np.int64)
    rows[: n % n_slices] += 1
    ends = np.cumsum(rows)
    found = np.cumsum(labels[order])[ends - 1]  # positives in this and all earlier slices
    positives = np.diff(found, prepend=0)
    return pd.DataFrame(
        {
            "rows": rows,
            "positives": positives,
            "lift": (positives / rows) / (total / n),
            "captured": found / total,
        },
        index=range(1, n_slices + 1),
    )
