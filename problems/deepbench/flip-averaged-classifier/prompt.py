import torch
from torch import nn


def predict_with_flip(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Class probabilities of images, averaged over each image and its mirror image (left and right swapped).

    Both go through the model, and the two softmax outputs are averaged. The model predicts in evaluation mode, is left
    in that mode, and no gradients are recorded: the result does not require gradients.

    Args:
        model: maps images (B, C, H, W) to logits (B, K).
        images: float tensor (B, C, H, W), not changed.

    Returns:
        Probabilities (B, K).
    """
