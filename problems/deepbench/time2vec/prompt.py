import torch
from torch import nn


class Time2Vec(nn.Module):
    """Encodes times as vectors: one linear feature, and periodic ones with learned frequencies.

    Feature k of time t is ``frequency[k] * t + phase[k]`` for k = 0, and the sine of that for every other k.
    ``frequency`` and ``phase`` are parameters of shape (n_features,), drawn from the standard normal distribution.
    ``n_features`` is at least 1.
    """

    def __init__(self, n_features: int) -> None: ...

    def forward(self, times: torch.Tensor) -> torch.Tensor:
        """From times (B, T) to features (B, T, n_features)."""
