import math

import torch
import torch.nn.functional as F
from torch import nn


class GaussianHead(nn.Module):
    def __init__(self, in_features: int, min_std: float = 1e-3) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, 2)
        self.min_std = min_std

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean, raw = self.linear(x).unbind(dim=1)
        return mean, self.min_std + F.softplus(raw)


def gaussian_nll(mean: torch.Tensor, std: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    if not mean.shape == std.shape == target.shape:
        raise ValueError("mean, std and target must have the same shape")
    return (std.log() + ((target - mean) / std) ** 2 / 2).mean() + math.log(2 * math.pi) / 2
