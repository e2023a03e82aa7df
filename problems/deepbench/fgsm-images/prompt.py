import torch
from torch import nn


def fgsm_images(model: nn.Module, images: torch.Tensor, labels: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Adversarial images to train a classifier on, by the fast gradient sign method.

    Every value of an image is moved by ``epsilon`` in the direction that raises the cross-entropy of the image's label,
    ``x + epsilon * sign(gradient of the cross-entropy with respect to x)`` (a gradient of 0 moves nothing), and the
    result is clipped to [0, 1].

    The ``images``, the parameters of the model and their ``.grad`` are left as they were.

    Args:
        model: maps images (B, C, H, W) to logits (B, K). It is used in the mode that it is in.
        images: float tensor (B, C, H, W) with values in [0, 1].
        labels: int64 tensor (B,).
        epsilon: >= 0.

    Returns:
        A tensor like ``images``, without autograd history.
    """
