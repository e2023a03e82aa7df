import torch


class RegressionMeter:
    """Error measures of a regression network with K targets, over a whole data set seen in batches.

    Everything is as if all batches had been one: how rows are cut into batches makes no difference (relative 1e-6). It
    is computed in float64, and stays accurate for targets whose mean is large against their spread, such as 1e7 ± 1.

    Args:
        n_targets: K, at least 1.
    """

    def __init__(self, n_targets: int = 1) -> None: ...

    def update(self, predictions: torch.Tensor, targets: torch.Tensor) -> None:
        """Add a batch of N >= 0 rows.

        Args:
            predictions: (N, K), any float dtype; may require gradients (nothing here does). Not changed.
            targets: (N, K), any float dtype; NaN means that the value is missing, and the prediction beside it, whatever
                it is, counts for nothing. Not changed.

        If K is 1, each of the two may just as well have the shape (N,), also when the other has (N, 1).

        Raises:
            ValueError: if a shape is none of these, or the numbers of rows differ. Nothing is added then.
        """

    def compute(self) -> dict:
        """The measures over everything added; more batches may be added afterwards.

        For each target on its own, over the rows where it is not missing, as lists of K floats:

        - "mae": mean absolute error. NaN if there is no row.
        - "rmse": square root of the mean squared error. NaN if there is no row.
        - "r2": 1 - (sum of squared errors) / (sum of squared deviations of the true values from their mean). NaN if
          there is no row, or if the true values are all equal.

        A NaN prediction beside a value that is not missing makes that target's three measures NaN.

        And "r2_mean", a float: the mean of the values of "r2" that are not NaN, NaN if there is none.
        """
