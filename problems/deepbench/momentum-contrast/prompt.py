import torch
from torch import nn


class MomentumContrast:
    """Self-supervised training of an image encoder: views of an image should be alike, and unlike all earlier images.

    It keeps the encoder, a key encoder (initially with the same weights) and a queue of keys (initially empty). A step
    with two views of a batch of images does this, in order:

    1. Each parameter of the key encoder becomes ``momentum * its own + (1 - momentum) * the encoder's``.
    2. Queries are the encoder's outputs for the first views; keys are the key encoder's outputs for the second views,
       without gradient. Both are divided by their norm (no output is the zero vector).
    3. For each image, a softmax is taken over the dot products of its query with its own key and with every key in the
       queue, divided by ``temperature``. The other images of the batch take no part. The loss is the negative
       log-probability of its own key, averaged over the images.
    4. The encoder takes one step of plain SGD on the loss.
    5. The keys are appended to the queue, in the order of the batch, and only the last ``size`` are kept.

    Args:
        encoder: maps images (B, C, H, W) to (B, D); has neither dropout nor buffers. Not changed: copies are used.
        size: maximum length of the queue, >= 1.
        momentum: in [0, 1].
        temperature: > 0.
        lr: learning rate.

    Raises:
        ValueError: if ``size`` is less than 1.

    Attributes:
        encoder: the encoder that is trained.
        key_encoder: the key encoder; its parameters do not require gradients.
        queue: float tensor (n, D) of the keys in the queue, the oldest first, without autograd history; None before the
            first step.
    """

    def __init__(self, encoder: nn.Module, size: int, momentum: float, temperature: float, lr: float) -> None: ...

    def step(self, first: torch.Tensor, second: torch.Tensor) -> float:
        """Train on two views of the same images, float tensors (B, C, H, W); return the loss before the SGD step."""
