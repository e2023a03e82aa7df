import torch
from torch import nn


def slope_matching_step(
    model: nn.Module, x: torch.Tensor, values: torch.Tensor, slopes: torch.Tensor, lr: float, weight: float = 1.0
) -> tuple[nn.Module, float, float]:
    """One step of plain SGD that teaches a network the values of a function and its slopes.

    The loss is ``value_loss + weight * slope_loss``:

    * value_loss: mean over the N points of ``(model(x) - values)**2``;
    * slope_loss: mean over the N points of the squared length of ``d model(x) / dx - slopes`` (the sum over its D
      components).

    Args:
        model: maps points (N, D) to (N, 1), each row on its own; every parameter has an influence on the slopes or on
            the values. Not changed: a copy is trained, in the mode that the model is in.
        x: float tensor (N, D), N >= 1. Not changed.
        values: float tensor (N,).
        slopes: float tensor (N, D).
        lr: learning rate.
        weight: >= 0.

    Returns:
        The trained copy, and value_loss and slope_loss before the step, as floats.
    """
