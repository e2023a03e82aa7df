import torch
from torch import nn


class Time2Vec(nn.Module):
    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.frequency = nn.Parameter(torch.randn(n_features))
        self.phase = nn.Parameter(torch.randn(n_features))

    def forward(self, times: torch.Tensor) -> torch.Tensor:
        z = times[..., None] * self.frequency + self.phase
        return torch.cat([z[..., :1], torch.sin(z[..., 1:])], dim=-1)
