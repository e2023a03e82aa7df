import torch


def crf_log_partition(
    emissions: torch.Tensor, transitions: torch.Tensor, start: torch.Tensor, lengths: torch.Tensor
) -> torch.Tensor:
    """Log of the sum of exp(score) over all tag sequences of a text, for a tagger that cuts texts into segments.

    With K tags, the score of the tags y_0 .. y_{n-1} of a text of n tokens is
    ``start[y_0] + Σ emissions[t, y_t] + Σ transitions[y_{t-1}, y_t]``, where the second sum runs over t >= 1. Only a
    text's own tokens count; what stands after them, NaN included, has no influence and gets no gradient.

    It stays finite for emissions and transitions of ±1e4 in float32.

    Args:
        emissions: float tensor (B, T, K), finite within the texts.
        transitions: finite float tensor (K, K), from the row's tag to the column's.
        start: finite float tensor (K,).
        lengths: int64 tensor (B,), 1 <= length <= T.

    Returns:
        Tensor (B,). No argument is changed.
    """


def crf_loss(
    emissions: torch.Tensor,
    transitions: torch.Tensor,
    start: torch.Tensor,
    lengths: torch.Tensor,
    tags: torch.Tensor,
) -> torch.Tensor:
    """Negative log-probability of the true tags, summed over the texts and divided by the number of their tokens.

    A text's log-probability is the score of its tags minus its log partition. ``tags`` is int64 (B, T); after the
    end of a text it holds -100. The result has shape (). No argument is changed.
    """
