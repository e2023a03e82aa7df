import numpy as np


def panel_mase(
    histories: list[np.ndarray],
    actual: np.ndarray,
    forecast: np.ndarray,
    season: int = 1,
) -> tuple[float, np.ndarray]:
    if season < 1:
        raise ValueError("season must be at least 1")
    if actual.shape != forecast.shape or len(histories) != len(actual):
        raise ValueError("histories, actual and forecast differ in their numbers of series or steps")
    mase = np.full(len(histories), np.nan)
    for i, history in enumerate(histories):
        # float64 first: differences of unsigned integers would wrap.
        values = history.astype(np.float64)
        naive = np.abs(values[season:] - values[:-season])
        naive = naive[~np.isnan(naive)]
        error = np.abs(actual[i].astype(np.float64) - forecast[i])
        error = error[~np.isnan(error)]
        if len(naive) and naive.mean() > 0 and len(error):
            mase[i] = error.mean() / naive.mean()
    known = mase[~np.isnan(mase)]
    return float(known.mean()) if len(known) else float("nan"), mase
