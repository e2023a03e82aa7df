import numpy as np
import pandas as pd


def calendar_features(times: pd.Series) -> np.ndarray:
    day = 2 * np.pi * (times.dt.hour + times.dt.minute / 60) / 24
    week = 2 * np.pi * times.dt.dayofweek / 7
    return np.stack([np.sin(day), np.cos(day), np.sin(week), np.cos(week)], axis=1).astype(np.float32)
