import torch


def mean_max_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    n_batch, n_tokens, dim = hidden.shape
    if mask.shape != (n_batch, n_tokens):
        raise ValueError("mask must have the shape of the first two dimensions of hidden")
    if n_tokens == 0:
        return hidden.new_zeros(n_batch, 2 * dim)
    hidden_away = (mask == 0)[..., None]
    count = n_tokens - hidden_away.sum(dim=1)
    wide = hidden.float() if hidden.dtype in (torch.float16, torch.bfloat16) else hidden
    mean = wide.masked_fill(hidden_away, 0.0).sum(dim=1) / count.clamp_min(1)
    maximum = hidden.masked_fill(hidden_away, float("-inf")).max(dim=1).values.masked_fill(count == 0, 0.0)
    return torch.cat([mean.to(hidden.dtype), maximum], dim=1)
