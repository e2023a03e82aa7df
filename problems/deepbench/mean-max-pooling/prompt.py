import torch


def mean_max_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Pools the token vectors of padded texts into one vector per text: their mean, followed by their maximum.

    Both are taken per feature over the tokens where ``mask`` is not 0. What stands at the other positions is
    arbitrary, NaN and infinity included, and reaches neither the result nor the gradients, which are exactly 0
    there. A text without tokens gets zeros in both halves, and gradients of zero.

    The mean of float16 and bfloat16 vectors is summed in float32, because the sum over a long text leaves the range
    of float16. In all cases the result has the dtype of ``hidden``.

    Args:
        hidden: float tensor of shape (B, T, D), finite where ``mask`` is not 0. T may be 0.
        mask: tensor of shape (B, T), bool, integer or float; only whether an entry is 0 matters. Tokens may be
            masked anywhere, not only at the end.

    Returns:
        Tensor of shape (B, 2 * D): means in the first half, maxima in the second. Differentiable.

    Raises:
        ValueError: if the shape of ``mask`` is not (B, T).
    """
