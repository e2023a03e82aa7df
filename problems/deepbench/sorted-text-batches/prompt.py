import torch
from torch import nn


def classify(
    embedding: nn.Embedding, head: nn.Linear, texts: list[list[int]], max_batch: int
) -> tuple[torch.Tensor, int]:
    """Logits of many texts of different lengths, computed in batches with little padding.

    The logits of a text are ``head`` of the mean of its tokens' embeddings; a text without tokens has the mean 0.
    They do not depend on the other texts. Token id 0 is also used for padding, but a 0 inside a text is a token like
    any other.

    The texts are sorted by length and cut, from the shortest on, into batches of ``max_batch`` (the last one may be
    smaller). Every batch is padded to its longest text.

    Args:
        embedding: (V, D).
        head: D -> C.
        texts: N lists of token ids, N >= 1.
        max_batch: at least 1.

    Returns:
        The logits, (N, C) in the order of ``texts``, which do not require gradients; and the number of padding
        positions in all batches together.
    """
