import numpy as np


def make_windows(
    series: np.ndarray,
    target: int,
    input_len: int,
    horizon: int,
    val_start: int,
    test_start: int,
    stride: int = 1,
) -> dict:
    steps, features = series.shape
    if min(input_len, horizon, stride) < 1:
        raise ValueError("input_len, horizon and stride must be at least 1")
    if not 0 < val_start <= test_start <= steps:
        raise ValueError("borders must satisfy 0 < val_start <= test_start <= T")
    values = series.astype(np.float64)
    past = values[:val_start]
    if np.isnan(past).all(axis=0).any():
        raise ValueError("a feature has no value in the training period")
    mean, std = np.nanmean(past, axis=0), np.nanstd(past, axis=0)
    std[std == 0] = 1.0
    scaled = (values - mean) / std

    periods = {"train": (0, val_start), "val": (val_start, test_start), "test": (test_start, steps)}
    result: dict = {"mean": mean, "std": std}
    for name, (begin, end) in periods.items():
        inputs, answers = [], []
        for start in range(0, steps, stride):
            cut = start + input_len
            if cut < begin or cut + horizon > end:
                continue
            x, y = scaled[start:cut], scaled[cut : cut + horizon, target]
            if not (np.isnan(x).any() or np.isnan(y).any()):
                inputs.append(x)
                answers.append(y)
        result[name] = (
            np.array(inputs, dtype=np.float32).reshape(-1, input_len, features),
            np.array(answers, dtype=np.float32).reshape(-1, horizon),
        )
    return result
