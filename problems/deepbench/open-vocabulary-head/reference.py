import math

import torch
import torch.nn.functional as F
from torch import nn


class OpenVocabularyHead(nn.Module):
    def __init__(self, region_dim: int, text_dim: int, scale: float = 20.0) -> None:
        super().__init__()
        self.region = nn.Linear(region_dim, text_dim)
        self.background = nn.Parameter(torch.randn(text_dim))
        self.log_scale = nn.Parameter(torch.tensor(math.log(scale)))

    def forward(self, regions: torch.Tensor, prompts: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        # The sum points where the mean does. Padding is replaced first: NaN times 0 is NaN.
        texts = F.normalize(prompts.masked_fill(~mask[..., None], 0.0), dim=2).sum(dim=1)
        vectors = F.normalize(torch.cat([texts, self.background[None]]))
        logits = self.log_scale.exp() * F.normalize(self.region(regions)) @ vectors.T
        absent = F.pad(~mask.any(dim=1), (0, 1))
        return logits.masked_fill(absent, float("-inf"))
