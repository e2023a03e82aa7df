import torch
from torch import nn


def permutation_importance(
    model: nn.Module, x: torch.Tensor, y: torch.Tensor, permutations: torch.Tensor
) -> torch.Tensor:
    """How much the error of a regression network rises when a feature's column is shuffled.

    For each feature f and each permutation p, the network predicts for the table in which row i has, in column f only,
    the value of row p[i]. The importance of f is the mean over the permutations of the mean squared error with the
    shuffled column, minus the mean squared error with the table as it is.

    The network predicts in evaluation mode, without gradients, and is in its former mode (``model.training``)
    afterwards. No argument is changed.

    Args:
        model: maps (N, F) to (N, 1).
        x: float tensor (N, F).
        y: float tensor (N,).
        permutations: int64 tensor (R, N), R >= 1.

    Returns:
        The importances, float32 (F,).
    """
