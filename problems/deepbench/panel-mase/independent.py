import numpy as np


def panel_mase(
    histories: list[np.ndarray],
    actual: np.ndarray,
    forecast: np.ndarray,
    season: int = 1,
) -> tuple[float, np.ndarray]:
    actual = np.asarray(actual, dtype=np.float64)
    forecast = np.asarray(forecast, dtype=np.float64)
    if season < 1:
        raise ValueError(f"season must be at least 1, but is {season}")
    if actual.ndim != 2 or actual.shape != forecast.shape or len(histories) != len(actual):
        raise ValueError(
            f"{len(histories)} histories, actual {actual.shape} and forecast {forecast.shape} do not fit together"
        )

    result = np.full(len(actual), np.nan)
    for i, history in enumerate(histories):
        history = np.asarray(history, dtype=np.float64)
        steps = np.abs(history[season:] - history[:-season])
        steps = steps[~np.isnan(steps)]
        errors = np.abs(forecast[i] - actual[i])[~np.isnan(actual[i])]
        if len(steps) == 0 or len(errors) == 0:
            continue
        scale = steps.mean()
        if scale == 0:
            continue
        result[i] = errors.mean() / scale
    valid = result[~np.isnan(result)]
    return (float(valid.mean()) if len(valid) else float("nan")), result
