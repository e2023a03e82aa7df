import torch
from torch import nn


def train_epoch(
    model: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]], lr: float
) -> tuple[nn.Module, float]:
    """Train a regressor for one epoch of plain SGD, and report the mean loss per example.

    Each batch is one step, in the given order, on the mean squared error of the batch. The loss that is reported is the
    mean over all *examples* of the epoch (batches may differ in size), each measured before the step of its batch.

    Args:
        model: maps (B, F) to (B, 1). It is trained in place, in training mode.
        batches: at least one pair of features (B, F) and targets (B,), B >= 1.
        lr: learning rate.

    Returns:
        The model and the mean loss as a Python float.
    """
