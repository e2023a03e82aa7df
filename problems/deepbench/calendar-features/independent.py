import numpy as np
import pandas as pd


def calendar_features(times: pd.DatetimeIndex) -> np.ndarray:
    hour = np.asarray(times.hour, dtype=np.float64) + np.asarray(times.minute, dtype=np.float64) / 60.0
    day = np.asarray(times.dayofweek, dtype=np.float64)
    hour_angle = 2 * np.pi * hour / 24
    day_angle = 2 * np.pi * day / 7
    features = np.stack([np.sin(hour_angle), np.cos(hour_angle), np.sin(day_angle), np.cos(day_angle)], axis=1)
    return features.astype(np.float32)
