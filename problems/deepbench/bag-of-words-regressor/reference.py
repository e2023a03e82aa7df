import torch
from torch import nn


class BagOfWordsRegressor(nn.Module):
    def __init__(self, vocab_size: int, dim: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, dim)
        self.linear = nn.Linear(dim, 1)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        is_word = (tokens != 0)[..., None]
        total = (self.embedding(tokens) * is_word).sum(dim=1)
        mean = total / is_word.sum(dim=1).clamp_min(1)
        return self.linear(mean)[:, 0]
