import torch
from torch import nn


class PointSegmenter(nn.Module):
    """Gives every point of a cloud class logits, from the point itself and from the whole cloud (PointNet).

    1. ``point``, an ``nn.Linear(in_features, hidden)``, followed by ReLU, gives each point's features.
    2. The cloud's features are their maximum over the cloud's points, per feature. Padding never counts.
    3. ``out``, an ``nn.Linear(2 * hidden, n_classes)``, gives logits from a point's features followed by the cloud's.

    Logits at padding are 0. What stands at padding, NaN included, reaches neither the other logits nor any gradient.
    A cloud may have no points at all.
    """

    def __init__(self, in_features: int, hidden: int, n_classes: int) -> None: ...

    def forward(self, points: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits (B, P, n_classes), from points (B, P, in_features) and a bool mask (B, P), True for points.

        P is at least 1. The arguments are not changed.
        """
