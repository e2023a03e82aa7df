import torch
from torch import nn


class SqueezeExcitation(nn.Module):
    """Scales the channels of a feature map by what the whole map shows.

    The mean of each channel over all its pixels goes through ``squeeze``, an ``nn.Linear`` from ``channels`` to
    ``max(1, channels // reduction)``, ReLU, ``excite``, an ``nn.Linear`` back to ``channels``, and a sigmoid. Each
    channel of the input is multiplied by the sigmoid's output for it.
    """

    def __init__(self, channels: int, reduction: int = 16) -> None: ...

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From (N, channels, H, W) to the same shape; ``x`` is not changed."""
