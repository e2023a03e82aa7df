import torch
from torch import nn


class CosineClassifier(nn.Module):
    """Output layer whose logits are cosines times a learned scale.

    The logit of class c is ``scale * cos(x, weight[c])``, where cos is the dot product of the two vectors after each
    is divided by its Euclidean length. A zero vector has the cosine 0 with everything.

    It has two parameters: ``weight`` of shape (n_classes, n_features), drawn from the standard normal distribution,
    and ``scale`` of shape (), which starts at the argument.
    """

    def __init__(self, n_features: int, n_classes: int, scale: float = 10.0) -> None: ...

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From (..., n_features) to logits (..., n_classes)."""
