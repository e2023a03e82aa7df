import torch
from torch import nn


def rmse_in_units(
    model: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]], mean: float, std: float
) -> float:
    """Root mean squared error of a regression network, in the units of the raw targets, over a whole data set.

    The network was trained on standardised targets: its output o stands for the prediction o * std + mean. The targets
    in the batches are raw. The result is the square root of the mean squared error over all rows of all batches, each
    row with the same weight.

    The model is run in evaluation mode and is in training mode afterwards.

    Args:
        model: maps features (B, F) to outputs (B, 1).
        batches: (features, raw targets float (B,)), of different sizes; at least one row in all.
        mean: mean of the raw targets.
        std: standard deviation of the raw targets.
    """
