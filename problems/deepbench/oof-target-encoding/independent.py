import numpy as np
import pandas as pd


def encode_new(
    categories: pd.Series, target: pd.Series, new_categories: pd.Series, smoothing: float = 10.0
) -> pd.Series:
    values = target.to_numpy(dtype=np.float64)  # by position: the index may have repeated values
    prior = float(values.mean())
    totals: dict[object, float] = {}
    counts: dict[object, int] = {}
    for category, missing, y in zip(categories.tolist(), categories.isna().tolist(), values.tolist()):
        if not missing:
            totals[category] = totals.get(category, 0.0) + y
            counts[category] = counts.get(category, 0) + 1
    codes = {c: (totals[c] + smoothing * prior) / (counts[c] + smoothing) for c in counts}
    encoded = [
        prior if missing else codes.get(category, prior)
        for category, missing in zip(new_categories.tolist(), new_categories.isna().tolist())
    ]
    return pd.Series(encoded, index=new_categories.index, dtype=np.float64)


def encode_out_of_fold(
    categories: pd.Series, target: pd.Series, folds: np.ndarray, smoothing: float = 10.0
) -> pd.Series:
    folds = np.asarray(folds)
    different = np.unique(folds)
    if len(different) < 2:
        raise ValueError("at least two folds are needed")
    encoded = np.empty(len(categories), dtype=np.float64)
    for fold in different:
        held_out = folds == fold
        encoded[held_out] = encode_new(
            categories[~held_out], target[~held_out], categories[held_out], smoothing
        ).to_numpy()
    return pd.Series(encoded, index=categories.index)
