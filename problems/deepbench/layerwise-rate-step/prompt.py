import torch
from torch import nn


def layerwise_step(
    model: nn.Sequential, tokens: torch.Tensor, scores: torch.Tensor, lr: float, decay: float
) -> tuple[nn.Sequential, list[float], float]:
    """One step of plain SGD of a network that scores texts, with smaller learning rates for lower layers.

    The last layer that can be trained has the learning rate ``lr``, the one before it ``lr * decay``, then
    ``lr * decay**2``, and so on down to the first. A layer (a child of ``model``) can be trained if at least one of its
    parameters requires a gradient; the others are not counted. Parameters that don't require one stay as they are.

    The loss is the mean over the texts of the squared difference between the network's score and the true one.

    Args:
        model: maps tokens (B, T) to scores (B, 1). Not changed: a copy is trained, in training mode.
        tokens: int64 tensor (B, T), B >= 1.
        scores: float tensor (B,).
        lr: learning rate of the last layer.
        decay: factor from a layer to the one below, > 0.

    Returns:
        The trained copy, in training mode; the learning rate of each layer from the first to the last, 0.0 for those
        that cannot be trained; and the loss before the step, as a float.
    """
