import torch


def masked_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    key_lengths: torch.Tensor | None = None,
    causal: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Scaled dot-product attention for padded batches, with an optional causal mask.

    The score of query i and key j is their dot product divided by ``sqrt(D)``; the weights are the softmax of
    the scores over the keys that query i may see, and exactly 0 for all others.

    * Padding: with ``key_lengths``, only the first ``key_lengths[b]`` keys of batch element b are real. What
      stands in ``key`` and ``value`` at the other positions is arbitrary, NaN and infinity included. It must not
      reach the result, and gradients there are exactly 0.
    * Causal: the last query is aligned with the last of the Lk keys (padding counts), so that query i may see
      key j only if ``j <= i + Lk - Lq``. Lq may be smaller or larger than Lk.
    * A query that may see no key at all gets zero weights and a zero output, and all gradients stay finite.

    float16 and bfloat16 inputs are computed in float32, since the dot products may leave the range of float16;
    only the two results are converted back.

    Args:
        query: float tensor of shape (B, H, Lq, D).
        key: tensor of shape (B, H, Lk, D), of the dtype of ``query``.
        value: tensor of shape (B, H, Lk, Dv), of the dtype of ``query``.
        key_lengths: int64 tensor of shape (B,) with values in [0, Lk], or None when all keys are real.
        causal: whether to apply the causal mask, on top of the padding.

    Returns:
        Output of shape (B, H, Lq, Dv) and weights of shape (B, H, Lq, Lk), both of the dtype of ``query`` and
        differentiable. Sizes are at least 1, except that lengths may be 0.

    Raises:
        ValueError: if a value of ``key_lengths`` is negative or greater than Lk.
    """
