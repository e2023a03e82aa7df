import math

import torch
from torch import nn
from torch.nn import functional as F


class GaussianHead(nn.Module):
    def __init__(self, in_features: int, min_std: float = 1e-3) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, 2)
        self.min_std = min_std

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        out = self.linear(x)
        return out[:, 0], self.min_std + F.softplus(out[:, 1])


def gaussian_nll(mean: torch.Tensor, std: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    if not (mean.shape == std.shape == target.shape):
        raise ValueError(f"shapes differ: {tuple(mean.shape)}, {tuple(std.shape)}, {tuple(target.shape)}")
    z = (target - mean) / std
    return (torch.log(std) + z.square() / 2).mean() + math.log(2 * math.pi) / 2
