import torch
from torch import nn


class TwoTower(nn.Module):
    """Retrieval model: items are encoded from their titles, users from the items in their history.

    ``words`` is an ``nn.Embedding(vocab_size, dim)``; ``cold`` is a parameter of shape (dim,), drawn from the
    standard normal distribution. To normalise a vector is to divide it by its Euclidean length; the zero vector
    stays zero.

    ``vocab_size`` counts the padding id 0; ``temperature`` is greater than 0.
    """

    def __init__(self, vocab_size: int, dim: int, temperature: float = 0.1) -> None: ...

    def encode_items(self, titles: torch.Tensor) -> torch.Tensor:
        """Item vectors (I, dim): the normalised mean of the vectors of a title's words.

        ``titles`` is int64 (I, T). Id 0 is padding, may stand anywhere and counts for nothing; a title without
        words gets the zero vector.
        """

    def encode_users(self, item_vectors: torch.Tensor, history: torch.Tensor) -> torch.Tensor:
        """User vectors (U, dim): the normalised mean of the vectors of the items in the history.

        ``history`` is int64 (U, H) with indices of rows of ``item_vectors``; -1 is padding and may stand anywhere.
        An item that stands there twice counts twice. A user with no history at all gets ``cold``, normalised.
        """

    def forward(self, titles: torch.Tensor, history: torch.Tensor) -> torch.Tensor:
        """Scores (U, I): the dot product of user and item vectors, divided by the temperature."""
