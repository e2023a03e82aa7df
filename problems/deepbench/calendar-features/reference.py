import numpy as np
import pandas as pd


def calendar_features(times: pd.DatetimeIndex) -> np.ndarray:
    day = 2 * np.pi * (times.hour + times.minute / 60) / 24
    week = 2 * np.pi * times.dayofweek / 7
    return np.stack([np.sin(day), np.cos(day), np.sin(week), np.cos(week)], axis=1).astype(np.float32)
