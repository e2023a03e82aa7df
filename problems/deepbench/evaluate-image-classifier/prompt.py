import torch
from torch import nn
from torch.nn import functional as F


def evaluate(model: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]]) -> dict[str, float]:
    """Mean cross-entropy and accuracy of an image classifier over a whole data set.

    The model predicts in evaluation mode, without gradients. Afterwards every module of it is in the mode it was in
    before (a frozen layer may have been in evaluation mode inside a model in training mode). Every image weighs the
    same, whatever batch it is in.

    Args:
        model: maps images (B, …) to logits (B, C).
        batches: (images, labels int64 (B,)), of different sizes; at least one image in all.

    Returns:
        {"loss": mean cross-entropy, "accuracy": share of images whose greatest logit is the label's}, as floats.
    """
