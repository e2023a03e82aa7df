import torch
from torch import nn


class TitleEncoder:
    """Embeds item titles and remembers the embeddings, so that each title is computed once.

    A title is a tuple of token ids, at least one. Its embedding is what ``model`` gives for it (the mean of its
    tokens' vectors), scaled to Euclidean length 1.

    Args:
        model: with mode "mean"; D is its ``embedding_dim``.

    Attributes:
        computed: number of titles that a model has embedded so far; titles that came from the cache are not counted.
            It is never reset.
    """

    computed: int

    def __init__(self, model: nn.EmbeddingBag) -> None: ...

    def encode(self, titles: list[tuple[int, ...]]) -> torch.Tensor:
        """Embeddings of titles, float32 (len(titles), D), without gradients.

        Titles may be repeated, even within a call; the list may be empty, and is not changed. Titles are equal if they
        have the same tokens in the same order.
        """

    def load(self, model: nn.EmbeddingBag) -> None:
        """Use another model from now on, and forget every embedding that is remembered."""

    def __len__(self) -> int:
        """The number of titles remembered."""
