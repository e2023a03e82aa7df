import numpy as np
from sklearn.linear_model import Ridge


def fit_preprocessing(x: np.ndarray) -> dict[str, np.ndarray]:
    median = np.nanmedian(x, axis=0)
    filled = np.where(np.isnan(x), median, x)
    std = filled.std(axis=0)
    return {"median": median, "mean": filled.mean(axis=0), "std": np.where(std == 0, 1.0, std)}


def apply_preprocessing(x: np.ndarray, state: dict[str, np.ndarray]) -> np.ndarray:
    filled = np.where(np.isnan(x), state["median"], x)
    return (filled - state["mean"]) / state["std"]


def cross_validated_r2(x: np.ndarray, y: np.ndarray, folds: np.ndarray, alpha: float) -> tuple[float, np.ndarray]:
    values = np.unique(folds)
    if len(values) < 2:
        raise ValueError("at least two folds are needed")
    prediction, baseline = np.zeros(len(y)), np.zeros(len(y))
    for fold in values:
        held_out = folds == fold
        state = fit_preprocessing(x[~held_out])
        model = Ridge(alpha).fit(apply_preprocessing(x[~held_out], state), y[~held_out])
        prediction[held_out] = model.predict(apply_preprocessing(x[held_out], state))
        baseline[held_out] = y[~held_out].mean()
    r2 = 1 - ((y - prediction) ** 2).sum() / ((y - baseline) ** 2).sum()
    return float(r2), prediction
