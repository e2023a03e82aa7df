import torch
from torch import nn


class BagOfWordsRegressor(nn.Module):
    """Predicts one number per text: a linear layer over the mean of the text's word vectors.

    It has an ``nn.Embedding(vocab_size, dim)`` named ``embedding`` and an ``nn.Linear(dim, 1)`` named ``linear``.
    Token id 0 is padding, which may stand anywhere: it counts neither in the sum nor in the number of words,
    whatever row 0 of the embedding holds. The mean of a text without words is the zero vector.
    """

    def __init__(self, vocab_size: int, dim: int) -> None: ...

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """From token ids, int64 (N, T), to predictions of shape (N,). T may be 0."""
