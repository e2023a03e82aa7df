import numpy as np
import pandas as pd


def encode_new(
    categories: pd.Series, target: pd.Series, new_categories: pd.Series, smoothing: float = 10.0
) -> pd.Series:
    prior = target.mean()
    stats = target.groupby(categories.to_numpy()).agg(["sum", "count"])
    codes = (stats["sum"] + smoothing * prior) / (stats["count"] + smoothing)
    return new_categories.map(codes.to_dict()).astype(np.float64).fillna(prior)


def encode_out_of_fold(
    categories: pd.Series, target: pd.Series, folds: np.ndarray, smoothing: float = 10.0
) -> pd.Series:
    names = np.unique(folds)
    if len(names) < 2:
        raise ValueError("out-of-fold encoding needs at least two folds")
    encoded = np.zeros(len(categories))
    for name in names:
        held = folds == name
        encoded[held] = encode_new(categories[~held], target[~held], categories[held], smoothing)
    return pd.Series(encoded, index=categories.index)
