import numpy as np
import pandas as pd


def calendar_features(times: pd.DatetimeIndex) -> np.ndarray:
    """Describe timestamps for a forecasting network, so that 23:59 is next to 0:00 and Sunday next to Monday.

    Args:
        times: n timestamps.

    Returns:
        float32 array (n, 4): sin and cos of 2 pi h / 24, with h the hour of the day with minutes as a fraction (13:30
        is 13.5; seconds do not count), then sin and cos of 2 pi d / 7, with d the day of the week (Monday is 0).
    """
