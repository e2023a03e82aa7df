import numpy as np


def panel_mase(
    histories: list[np.ndarray],
    actual: np.ndarray,
    forecast: np.ndarray,
    season: int = 1,
) -> tuple[float, np.ndarray]:
    """Mean absolute scaled error of forecasts for many series.

    A series' scale is the mean absolute error of the seasonal naive forecast over its own history: the mean of
    |y[t] - y[t - season]| over all t for which both values exist and neither is NaN. Its MASE is the mean absolute
    error of its forecast, over the steps whose actual value is not NaN, divided by the scale.

    A series has no MASE (NaN) if no pair of history values exists, if its scale is 0, or if all its actual values are
    NaN. The overall figure is the mean of the MASE over the series that have one, each weighing the same however many
    steps it has; NaN if no series has one.

    Args:
        histories: S float or integer arrays (T_i,), of different lengths, possibly shorter than ``season`` or empty,
            with NaN for missing values, oldest first. The step after a history's last is the first to be forecast.
        actual: float array (S, H), H >= 1, with NaN for missing values.
        forecast: float array (S, H) without NaN.
        season: distance of the naive forecast, at least 1.

    Returns:
        The overall figure as a float, and float64 (S,) with the MASE of each series. Arguments are not changed.

    Raises:
        ValueError: if ``season`` is less than 1, or the three do not agree on S, or the two arrays on H.
    """
