import torch
from torch import nn


def finetune_head(
    backbone: nn.Module, head: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]], lr: float
) -> tuple[nn.Module, nn.Module, list[float]]:
    """Train a new classification head over a frozen, pretrained backbone.

    The backbone is used as it would be for prediction: dropout does nothing, batch normalisation uses its stored
    statistics, and after the training nothing of it has changed, its statistics included. The head is trained in
    training mode, one step of plain SGD for each batch, in the order given, on the batch's mean cross-entropy. No
    gradients are computed for the backbone's parameters.

    Args:
        backbone: maps images (B, C, H, W) to features (B, F); may be in training mode when it is given.
        head: maps features (B, F) to logits (B, K).
        batches: images and int64 labels (B,), B >= 1.
        lr: learning rate.

    Returns:
        The backbone, in evaluation mode and with ``requires_grad`` False for all of its parameters; the trained head, in
        training mode; and the loss of each batch before its step.
    """
