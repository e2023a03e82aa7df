import torch
from torch import nn


class GaussianHead(nn.Module):
    """Output layer that predicts a normal distribution of one number.

    ``linear``, an ``nn.Linear`` to two numbers with default initialisation, is the only part with parameters. Its
    first number is the mean; the standard deviation is ``min_std`` plus the softplus of the second.
    """

    def __init__(self, in_features: int, min_std: float = 1e-3) -> None: ...

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """From (N, in_features) to mean and standard deviation, both of shape (N,)."""


def gaussian_nll(mean: torch.Tensor, std: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean negative log-likelihood of targets under normal distributions, with its constant term:
    ``log(std) + (target - mean)² / (2 * std²) + log(2π) / 2``, averaged over the samples.

    All three have shape (N,), N >= 1; the result has shape ().

    Raises:
        ValueError: if the three shapes are not all equal. In particular, (N, 1) beside (N,) is refused, which
            would silently compare every sample with every other.
    """
