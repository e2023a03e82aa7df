import torch
from torch import nn


class BagOfWordsRegressor(nn.Module):
    def __init__(self, vocab_size: int, dim: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, dim)
        self.linear = nn.Linear(dim, 1)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        is_word = tokens != 0
        # masked_fill, not a product: row 0 may hold inf or NaN
        vectors = self.embedding(tokens).masked_fill(~is_word.unsqueeze(-1), 0.0)
        counts = is_word.sum(dim=1, keepdim=True).clamp(min=1)
        mean = vectors.sum(dim=1) / counts
        return self.linear(mean).squeeze(-1)
