import torch
from torch import nn


def train_step(model: nn.Module, images: torch.Tensor, ages: torch.Tensor, lr: float) -> tuple[nn.Module, float]:
    """One step of plain SGD (no momentum, no decay) for a network that estimates ages from images.

    The loss is the mean over the images of the squared difference between the network's estimate and the age.

    Args:
        model: maps images (B, C, H, W) to estimates (B, 1). Not changed: a copy is trained, in training mode.
        images: float tensor (B, C, H, W), B >= 1, of the dtype of the model.
        ages: tensor (B,), int64 or of any float dtype.
        lr: learning rate.

    Returns:
        The trained copy, in training mode, and the loss before the step, as a float.
    """
