import torch
from torch import nn


def forecast(model: nn.Module, history: torch.Tensor, window: int, steps: int) -> torch.Tensor:
    """Forecast several series many steps ahead with a network that predicts one step.

    Each series is scaled by the mean and the population standard deviation of its own last ``window`` values: (value -
    mean) / std. A std less than 1e-6 is replaced by 1. From the last ``window`` scaled values the model predicts the
    next one, also scaled; its predictions become part of its input for the steps after. The mean and std stay those of
    the history. The result is in the series' own units.

    The model predicts in evaluation mode, where it is left, and without gradients.

    Args:
        model: maps (B, window) to (B, 1).
        history: float tensor (B, T), T >= window, not changed.
        window: at least 1.
        steps: at least 1, possibly more than ``window``.

    Returns:
        float tensor (B, steps).
    """
