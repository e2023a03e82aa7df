import torch
from torch import nn


class HistoryScorer(nn.Module):
    """Scores the next item at every place of a user's history, by one head of causal attention (as SASRec does).

    - ``items`` is an ``nn.Embedding(n_items + 1, dim)``: items have the ids 1 to n_items, and id 0 is padding, which
      may stand anywhere. ``recency`` is an ``nn.Embedding(max_length, dim)``. ``query``, ``key`` and ``value`` are
      ``nn.Linear(dim, dim, bias=False)``. All have their default initialisation.
    - The vector of place t in a history of T places is ``items[id] + recency[T - 1 - t]``: recency 0 is the latest.
    - Place t attends to the places s <= t that are no padding, itself among them, with the softmax of
      ``query · key / sqrt(dim)``. Its output is its own vector plus the attention's mix of values.
    - The scores at a place are the dot products of its output with ``items[1]`` to ``items[n_items]``, the same
      weights as at the input. At padding they are 0.

    No result and no gradient is NaN, also for a history of nothing but padding.
    """

    def __init__(self, n_items: int, dim: int, max_length: int) -> None: ...

    def forward(self, history: torch.Tensor) -> torch.Tensor:
        """Scores (B, T, n_items) for item ids, int64 (B, T), 1 <= T <= max_length.

        Raises ValueError if T is greater than ``max_length``.
        """
