import torch
from torch import nn


def _normalise(v: torch.Tensor) -> torch.Tensor:
    # The largest entry is divided out as a constant first, so that squares of tiny entries do not vanish.
    largest = v.detach().abs().amax(dim=-1, keepdim=True)
    v = v / torch.where(largest > 0, largest, torch.ones_like(largest))
    squared = v.square().sum(dim=-1, keepdim=True)
    return v / torch.where(squared > 0, squared, torch.ones_like(squared)).sqrt()


class TwoTower(nn.Module):
    def __init__(self, vocab_size: int, dim: int, temperature: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(vocab_size, dim)
        self.cold = nn.Parameter(torch.randn(dim))
        self.temperature = temperature

    def encode_items(self, titles: torch.Tensor) -> torch.Tensor:
        real = titles != 0
        vectors = self.words(titles).masked_fill(~real[..., None], 0.0)
        mean = vectors.sum(dim=1) / real.sum(dim=1, keepdim=True).clamp(min=1)
        return _normalise(mean)

    def encode_users(self, item_vectors: torch.Tensor, history: torch.Tensor) -> torch.Tensor:
        real = history != -1
        padded = torch.cat([item_vectors, item_vectors.new_zeros(1, item_vectors.shape[1])])
        index = torch.where(real, history, torch.full_like(history, item_vectors.shape[0]))
        count = real.sum(dim=1, keepdim=True)
        mean = padded[index].sum(dim=1) / count.clamp(min=1)
        return torch.where(count > 0, _normalise(mean), _normalise(self.cold))

    def forward(self, titles: torch.Tensor, history: torch.Tensor) -> torch.Tensor:
        items = self.encode_items(titles)
        users = self.encode_users(items, history)
        return users @ items.T / self.temperature
