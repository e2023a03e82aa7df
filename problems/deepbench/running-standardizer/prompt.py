import numpy as np


class RunningStandardizer:
    """Standardises tabular features with statistics gathered batch by batch, as when the data does not fit in memory.

    Per feature it keeps the count, the mean and the sum of squared deviations from the mean of all values seen, in
    float64. NaN is a missing value: it counts for nothing. How the rows are cut into batches makes no difference
    (relative 1e-6), also for features whose mean is large against their spread, such as 1e8 ± 1.

    Args:
        n_features: number of columns F.
    """

    def __init__(self, n_features: int) -> None: ...

    def update(self, batch: np.ndarray) -> None:
        """Add the rows of a batch, a float array (n, F) of any float dtype, n >= 0. The batch is not changed.

        Raises ValueError, and adds nothing, if ``batch`` does not have two dimensions with F columns.
        """

    def state(self) -> dict[str, np.ndarray]:
        """What has been gathered: {"count": int64 (F,), "mean": float64 (F,), "m2": float64 (F,)}.

        "m2" is the sum of squared deviations from the mean. All are 0 for a feature without any value. Later updates
        do not change a dict that was returned, and changing it does not change the standardiser.
        """

    def merge(self, state: dict[str, np.ndarray]) -> None:
        """Add what another standardiser (of another worker) has gathered, given its :meth:`state`.

        The result is as if its rows had been added here. ``state`` is not changed.
        """

    def transform(self, batch: np.ndarray) -> np.ndarray:
        """(value - mean) / std as float32 (n, F), from the statistics gathered so far, which do not change.

        std is the population standard deviation, sqrt(m2 / count). A feature is constant when its std is at most
        1e-10 * max(1, |mean|): it is divided by 1 instead, so that rounding noise is not blown up. The same holds for a
        feature without any value, whose mean is taken as 0. A missing value becomes 0, which is the mean.

        Subtraction and division are done in float64. Raises ValueError as :meth:`update` does.
        """

    def inverse_transform(self, batch: np.ndarray) -> np.ndarray:
        """Undo :meth:`transform`: value * std + mean (with the same replacements of std), float64 (n, F).

        Raises ValueError as :meth:`update` does.
        """
