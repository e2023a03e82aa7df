import torch
from torch import nn


class MatrixFactorization(nn.Module):
    """Predicts ratings: ``mean + user bias + item bias + user vector · item vector``.

    The vectors are the rows of ``users``, an ``nn.Embedding(n_users, dim)``, and ``items``, an
    ``nn.Embedding(n_items, dim)``, drawn from a normal distribution with mean 0 and standard deviation 0.1.
    ``user_bias`` of shape (n_users,) and ``item_bias`` of shape (n_items,) are parameters that start at 0. ``mean`` is a
    buffer of shape () with the argument's value, which is not trained.
    """

    def __init__(self, n_users: int, n_items: int, dim: int, mean: float) -> None: ...

    def forward(self, users: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """Predictions (N,) for the pairs of two int64 tensors (N,)."""

    def score_all(self, users: torch.Tensor) -> torch.Tensor:
        """Predictions (N, n_items) of every item for each of the users (N,)."""
