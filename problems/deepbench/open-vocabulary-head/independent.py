import math

import torch
from torch import nn


def _normalise(x: torch.Tensor) -> torch.Tensor:
    # Scaling by the greatest entry doesn't change the result, but keeps the squares from under- and overflowing.
    greatest = x.detach().abs().amax(dim=-1, keepdim=True)
    x = x / torch.where(greatest > 0, greatest, torch.ones_like(greatest))
    square = (x * x).sum(dim=-1, keepdim=True)
    return x / torch.where(square > 0, square, torch.ones_like(square)).sqrt()


class OpenVocabularyHead(nn.Module):
    def __init__(self, region_dim: int, text_dim: int, scale: float = 20.0) -> None:
        super().__init__()
        self.region = nn.Linear(region_dim, text_dim)
        self.background = nn.Parameter(torch.randn(text_dim))
        self.log_scale = nn.Parameter(torch.tensor(math.log(scale)))

    def forward(self, regions: torch.Tensor, prompts: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        prompts = prompts.masked_fill(~mask.unsqueeze(2), 0.0)
        counts = mask.sum(dim=1)
        means = _normalise(prompts).sum(dim=1) / counts.clamp(min=1).unsqueeze(1)  # padding is zero
        vectors = torch.cat([_normalise(means), _normalise(self.background).unsqueeze(0)])
        logits = self.log_scale.exp() * (_normalise(self.region(regions)) @ vectors.T)
        empty = torch.cat([counts == 0, torch.zeros(1, dtype=torch.bool, device=counts.device)])
        return logits.masked_fill(empty, float("-inf"))
