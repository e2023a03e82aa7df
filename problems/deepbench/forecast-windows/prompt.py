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
    """Cut a multivariate series into standardised forecasting windows for training, validation and test.

    A window that starts at time s has the input steps [s, s + input_len) with all features, and as its answer the
    column ``target`` at the steps [s + input_len, s + input_len + horizon). Windows start at 0, stride, 2 * stride, …
    counted over the whole series, as long as the answer ends within the series.

    A window belongs to a split when *all steps of its answer* lie in the split's period: "train" is [0, val_start),
    "val" is [val_start, test_start), "test" is [test_start, T). A window whose answer crosses a border is dropped. Its
    inputs may reach back into an earlier period: the past is known. Windows in which any input or any answer is NaN
    are dropped.

    Every feature (the target too, in inputs and answers) is standardised with its mean and population standard
    deviation (ddof 0) over the training period [0, val_start), ignoring NaN. A standard deviation of 0 is replaced
    by 1. Statistics are computed in float64 whatever the dtype of ``series``.

    Args:
        series: float array (T, F), evenly spaced in time, may hold NaN. It is not changed.
        target: column to forecast, 0 <= target < F.
        input_len, horizon, stride: at least 1.
        val_start, test_start: borders with 0 < val_start <= test_start <= T.

    Returns:
        A dict with "train", "val" and "test", each a pair (inputs, answers) of float32 arrays of shapes
        (n, input_len, F) and (n, horizon), in order of time, n possibly 0; and with "mean" and "std" (after the
        replacement), float64 arrays (F,).

    Raises:
        ValueError: if a length or the stride is less than 1, if the borders are not in order or not within the
            series, or if a feature has no value but NaN in the training period.
    """
