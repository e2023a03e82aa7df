import numpy as np


def undo_log_differences(changes: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Levels of several series from the forecasts of a model that predicts log differences.

    The model was trained on log(x[t]) - log(x[t - 1]). Its forecast for step h ahead is the change from step h - 1 to
    step h; the first one is the change from the last known level.

    Args:
        changes: float64 array (N, H), H >= 1, not changed.
        last: float64 array (N,), greater than 0: the last known level of each series.

    Returns:
        float64 array (N, H): the forecast levels.
    """
