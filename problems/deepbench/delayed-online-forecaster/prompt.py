import numpy as np


class OnlineForecaster:
    """Linear forecaster of a value ``horizon`` steps ahead, trained row by row as time goes on.

    At each time t, :meth:`step` is given the features of t and the value that is observed at t. It does, in this order:

    1. It learns: the value is the target of the forecast that was made ``horizon`` steps ago (if there was one). One
       step of SGD is made on the squared error ``(weight . z + bias - value)**2`` with the present weight and bias,
       where z are the standardised features *as they were used for that forecast*. A value that is NaN teaches nothing.
    2. It takes the features of t into its running statistics.
    3. It forecasts the value of time t + horizon: ``weight . z + bias``, with z the features of t minus their mean,
       divided by their standard deviation (population), both over the features of all steps so far, this one included.
       Where a standard deviation is less than 1e-8, z is 0.

    Weight and bias start at 0. All computation is in float64.

    Args:
        n_features: number of features F.
        horizon: >= 1.
        lr: learning rate.

    Raises:
        ValueError: if ``horizon`` is less than 1.

    Attributes:
        weight: float64 array (F,).
        bias: float.
    """

    def __init__(self, n_features: int, horizon: int, lr: float) -> None: ...

    def step(self, features: np.ndarray, value: float) -> float:
        """Learn from the value, then return the forecast from the features, an array (F,), which is not changed."""

    def mean_absolute_error(self) -> float:
        """Mean of |forecast - value| over all forecasts whose value has arrived and is not NaN; NaN without any.

        The forecasts count as they were returned, not as the present weights would make them.
        """
