import torch


def masked_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    key_lengths: torch.Tensor | None = None,
    causal: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    dtype = query.dtype
    if dtype in (torch.float16, torch.bfloat16):
        query, key, value = query.float(), key.float(), value.float()
    n_query, n_key = query.shape[-2], key.shape[-2]
    allowed = torch.ones(n_query, n_key, dtype=torch.bool)
    if causal:
        allowed = allowed.tril(n_key - n_query)
    if key_lengths is not None:
        if ((key_lengths < 0) | (key_lengths > n_key)).any():
            raise ValueError("key_lengths must lie between 0 and the number of keys")
        real = torch.arange(n_key) < key_lengths[:, None]
        # A zero weight does not silence a NaN in the padding, in the product or in its gradient.
        key = key.masked_fill(~real[:, None, :, None], 0.0)
        value = value.masked_fill(~real[:, None, :, None], 0.0)
        allowed = allowed & real[:, None, None, :]
    scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    # The lowest finite number, not -inf: a row of -inf has a softmax of NaN, and so has its gradient.
    scores = scores.masked_fill(~allowed, torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=-1).masked_fill(~allowed, 0.0)
    return (weights @ value).to(dtype), weights.to(dtype)
