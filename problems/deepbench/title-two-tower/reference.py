import torch
import torch.nn.functional as F
from torch import nn


class TwoTower(nn.Module):
    def __init__(self, vocab_size: int, dim: int, temperature: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(vocab_size, dim)
        self.cold = nn.Parameter(torch.randn(dim))
        self.temperature = temperature

    def encode_items(self, titles: torch.Tensor) -> torch.Tensor:
        # The sum points where the mean does.
        return F.normalize((self.words(titles) * (titles != 0)[..., None]).sum(dim=1))

    def encode_users(self, item_vectors: torch.Tensor, history: torch.Tensor) -> torch.Tensor:
        known = (history >= 0)[..., None]  # -1 is a valid index, that of the last item
        total = (item_vectors[history] * known).sum(dim=1)
        return F.normalize(torch.where(known.any(dim=1), total, self.cold))

    def forward(self, titles: torch.Tensor, history: torch.Tensor) -> torch.Tensor:
        items = self.encode_items(titles)
        return self.encode_users(items, history) @ items.T / self.temperature
