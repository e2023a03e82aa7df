import torch
from torch import nn


class Time2Vec(nn.Module):
    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.frequency = nn.Parameter(torch.randn(n_features))
        self.phase = nn.Parameter(torch.randn(n_features))

    def forward(self, times: torch.Tensor) -> torch.Tensor:
        angles = times[..., None] * self.frequency + self.phase
        return torch.cat([angles[..., :1], angles[..., 1:].sin()], dim=2)
