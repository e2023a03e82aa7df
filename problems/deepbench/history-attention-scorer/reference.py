import math

import torch
from torch import nn


class HistoryScorer(nn.Module):
    def __init__(self, n_items: int, dim: int, max_length: int) -> None:
        super().__init__()
        self.items = nn.Embedding(n_items + 1, dim)
        self.recency = nn.Embedding(max_length, dim)
        self.query = nn.Linear(dim, dim, bias=False)
        self.key = nn.Linear(dim, dim, bias=False)
        self.value = nn.Linear(dim, dim, bias=False)

    def forward(self, history: torch.Tensor) -> torch.Tensor:
        n_places = history.shape[1]
        if n_places > self.recency.num_embeddings:
            raise ValueError("the history is longer than max_length")
        is_item = history != 0
        x = self.items(history) + self.recency(torch.arange(n_places).flip(0))
        logits = self.query(x) @ self.key(x).mT / math.sqrt(x.shape[2])
        visible = is_item[:, None, :] & torch.ones(n_places, n_places, dtype=torch.bool).tril()
        # A finite fill: where nothing is visible, softmax of -inf alone would be NaN.
        attention = logits.masked_fill(~visible, -1e30).softmax(dim=2)
        scores = (x + attention @ self.value(x)) @ self.items.weight[1:].T
        return scores.masked_fill(~is_item[..., None], 0.0)
