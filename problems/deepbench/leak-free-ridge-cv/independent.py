import numpy as np


def fit_preprocessing(x: np.ndarray) -> dict[str, np.ndarray]:
    x = np.asarray(x, dtype=np.float64)
    median = np.nanmedian(x, axis=0)
    filled = np.where(np.isnan(x), median, x)
    mean = filled.mean(axis=0)
    std = filled.std(axis=0)
    # a constant feature's computed deviation may be a rounding error such as 1e-17
    constant = filled.max(axis=0) == filled.min(axis=0)
    mean = np.where(constant, filled[0], mean)
    std = np.where(constant | (std == 0), 1.0, std)
    return {"median": median, "mean": mean, "std": std}


def apply_preprocessing(x: np.ndarray, state: dict[str, np.ndarray]) -> np.ndarray:
    x = np.asarray(x, dtype=np.float64)
    filled = np.where(np.isnan(x), state["median"], x)
    return (filled - state["mean"]) / state["std"]


def cross_validated_r2(x: np.ndarray, y: np.ndarray, folds: np.ndarray, alpha: float) -> tuple[float, np.ndarray]:
    x = np.asarray(x, dtype=np.float64)
    y = np.asarray(y, dtype=np.float64)
    folds = np.asarray(folds)
    values = np.unique(folds)
    if len(values) < 2:
        raise ValueError("at least two folds are needed")
    predictions = np.empty(len(y), dtype=np.float64)
    baseline = np.empty(len(y), dtype=np.float64)
    for value in values:
        held_out = folds == value
        train = ~held_out
        state = fit_preprocessing(x[train])
        z = apply_preprocessing(x[train], state)
        center = z.mean(axis=0)
        zc = z - center
        y_mean = y[train].mean()
        coefficients = np.linalg.solve(zc.T @ zc + alpha * np.eye(z.shape[1]), zc.T @ (y[train] - y_mean))
        predictions[held_out] = (apply_preprocessing(x[held_out], state) - center) @ coefficients + y_mean
        baseline[held_out] = y_mean
    r2 = 1.0 - np.sum((y - predictions) ** 2) / np.sum((y - baseline) ** 2)
    return float(r2), predictions
