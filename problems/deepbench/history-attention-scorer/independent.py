import math

import torch
from torch import nn


class HistoryScorer(nn.Module):
    def __init__(self, n_items: int, dim: int, max_length: int) -> None:
        super().__init__()
        self.dim = dim
        self.max_length = max_length
        self.items = nn.Embedding(n_items + 1, dim)
        self.recency = nn.Embedding(max_length, dim)
        self.query = nn.Linear(dim, dim, bias=False)
        self.key = nn.Linear(dim, dim, bias=False)
        self.value = nn.Linear(dim, dim, bias=False)

    def forward(self, history: torch.Tensor) -> torch.Tensor:
        length = history.shape[1]
        if length > self.max_length:
            raise ValueError(f"history of {length} places, at most {self.max_length} are possible")
        padding = history == 0
        recency = torch.arange(length - 1, -1, -1, device=history.device)
        vectors = self.items(history) + self.recency(recency)
        vectors = vectors.masked_fill(padding.unsqueeze(2), 0.0)

        logits = self.query(vectors) @ self.key(vectors).transpose(1, 2) / math.sqrt(self.dim)
        places = torch.arange(length, device=history.device)
        causal = places.unsqueeze(0) <= places.unsqueeze(1)  # [t, s]: s <= t
        itself = places.unsqueeze(0) == places.unsqueeze(1)
        # A padding place attends to itself, so that no row is empty; its scores are set to 0 below.
        allowed = (causal & ~padding.unsqueeze(1)) | itself
        attention = torch.softmax(logits.masked_fill(~allowed, float("-inf")), dim=2)
        output = vectors + attention @ self.value(vectors)
        scores = output @ self.items.weight[1:].T
        return scores.masked_fill(padding.unsqueeze(2), 0.0)
