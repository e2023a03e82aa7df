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
    n_steps, n_features = series.shape
    if input_len < 1 or horizon < 1 or stride < 1:
        raise ValueError("input_len, horizon and stride must be at least 1")
    if not 0 < val_start <= test_start <= n_steps:
        raise ValueError("borders must satisfy 0 < val_start <= test_start <= T")

    values = np.array(series, dtype=np.float64)
    train = values[:val_start]
    known = ~np.isnan(train)
    count = known.sum(axis=0)
    if (count == 0).any():
        raise ValueError("a feature has no value but NaN in the training period")
    mean = np.where(known, train, 0.0).sum(axis=0) / count
    std = np.sqrt((np.where(known, train - mean, 0.0) ** 2).sum(axis=0) / count)
    # A constant feature has a deviation of 0, whatever rounding makes of it.
    low = np.where(known, train, np.inf).min(axis=0)
    high = np.where(known, train, -np.inf).max(axis=0)
    constant = low == high
    mean = np.where(constant, low, mean)
    std = np.where(constant | (std == 0), 1.0, std)

    scaled = ((values - mean) / std).astype(np.float32)
    row_missing = np.isnan(values).any(axis=1)
    target_missing = np.isnan(values[:, target])

    starts = np.arange(0, n_steps - input_len - horizon + 1, stride)
    input_index = starts[:, None] + np.arange(input_len)
    answer_index = starts[:, None] + input_len + np.arange(horizon)
    complete = ~(row_missing[input_index].any(axis=1) | target_missing[answer_index].any(axis=1))

    result = {}
    periods = {"train": (0, val_start), "val": (val_start, test_start), "test": (test_start, n_steps)}
    for name, (begin, end) in periods.items():
        keep = complete & (starts + input_len >= begin) & (starts + input_len + horizon <= end)
        result[name] = (scaled[input_index[keep]], scaled[answer_index[keep], target])
    result["mean"] = mean
    result["std"] = std
    return result
