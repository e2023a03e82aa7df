import torch
from torch.nn import functional as F


def list_diversity(recommended: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    """How different the items of each recommendation list look, from the image features of the items.

    A list's diversity is the mean of 1 - (cosine similarity of the features) over all pairs of two different positions
    in the list. The cosine similarity with an all-zero feature vector (an item without a picture) is 0.

    Args:
        recommended: int64 tensor (U, K) of item indices, K >= 2. Not changed.
        features: float tensor (I, D), the image features of all items. Not changed.

    Returns:
        The diversity of each list, (U,), in the dtype of ``features``.

    Raises:
        ValueError: if K is less than 2.
    """
