import torch


def sample_next(
    logits: torch.Tensor,
    uniforms: torch.Tensor,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> torch.Tensor:
    """Sample the next token of every sequence by temperature, top-k and nucleus filtering.

    The randomness comes from outside, as one number in [0, 1) per row, so that decoding can be repeated exactly. For
    each row:

    1. The probabilities are the softmax of logits / temperature.
    2. Tokens are ranked by descending probability; of equally probable tokens, the smaller id comes first.
    3. If ``top_k`` is not 0, only the first ``top_k`` tokens are kept, and their probabilities rescaled to sum to 1.
    4. Of these, the shortest prefix whose probabilities sum to ``top_p`` or more is kept, and the probabilities are
       rescaled again. This always keeps at least one token; with ``top_p`` = 1 it keeps all.
    5. Going through the kept tokens in order of rank, the result is the first one at which the running sum of
       probabilities is greater than the row's uniform number.

    With ``temperature`` 0 the result is simply the token with the greatest logit (of several, the smallest id), and
    the filters and uniform numbers do not matter.

    A logit of -inf forbids a token: it is never the result, not even when rounding leaves the running sum below the
    uniform number at the end of the kept tokens. Every row has at least one finite logit.

    Args:
        logits: float tensor (B, V), also of half precision: computation is in float32 or better. It is not changed.
        uniforms: float tensor (B,) of numbers in [0, 1).
        temperature: >= 0, possibly very small.
        top_k: >= 0, possibly greater than V; 0 means no limit.
        top_p: in (0, 1].

    Returns:
        int64 tensor (B,).

    Raises:
        ValueError: if ``temperature`` or ``top_k`` is negative, or ``top_p`` is not in (0, 1].
    """
