import torch
from torch import nn


def segment(model: nn.Module, images: torch.Tensor, scales: list[float]) -> torch.Tensor:
    """Class probabilities of every pixel, averaged over several scales of the images and their mirror images.

    For each scale s the images are resized to int(H * s) x int(W * s) pixels. The resized images and their mirror
    images (left and right swapped) go through the model. Its softmax probabilities for mirror images are mirrored
    back. All probabilities are resized to H x W, and the result is the mean of the 2 * len(scales) of them.

    Resizing is bilinear, as ``F.interpolate`` does it with align_corners=False and without antialiasing. The model
    predicts in evaluation mode, where it is left, and without gradients.

    Args:
        model: maps (B, C, h, w) to logits (B, K, h, w) for any h and w.
        images: float tensor (B, C, H, W), not changed.
        scales: at least one, positive; the resized images have at least one row and column.

    Returns:
        float tensor (B, K, H, W); the probabilities of each pixel sum to 1.
    """
