import torch


def fit_forecaster(
    windows: torch.Tensor, targets: torch.Tensor, lr: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor, list[float]]:
    """Train a linear forecaster by gradient descent on series with missing values (NaN).

    The forecast of a window is ``window @ weight.T + bias``, where a missing value of the window counts as 0. The loss
    is the squared error averaged over all targets that are not missing; a missing target has no influence on anything.
    Weight and bias start at 0, and each step is plain gradient descent on the loss of all windows together.

    Args:
        windows: float tensor (N, L). Not changed.
        targets: float tensor (N, H) of the same dtype, with at least one value that is not missing. Not changed.
        lr: learning rate.
        steps: number of steps, >= 0.

    Returns:
        The weight (H, L) and the bias (H,) after the last step, in the dtype of ``windows`` and without autograd
        history, and the loss before each step, as floats.
    """
