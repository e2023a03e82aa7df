import torch


def two_hot(values: torch.Tensor, bins: torch.Tensor) -> torch.Tensor:
    dtype = values.dtype
    shape = values.shape
    if dtype in (torch.float16, torch.bfloat16):
        values, bins = values.float(), bins.float()
    flat = values.reshape(-1)
    bins = bins.contiguous()
    s = torch.sign(flat) * torch.log1p(flat.abs())
    s = torch.minimum(torch.maximum(s, bins[0]), bins[-1])
    low = (torch.searchsorted(bins, s.contiguous(), right=True) - 1).clamp(0, len(bins) - 2)
    below, above = bins[low], bins[low + 1]
    p_low = (above - s) / (above - below)
    result = torch.zeros((len(flat), len(bins)), dtype=s.dtype, device=s.device)
    result = result.scatter(1, low[:, None], p_low[:, None]).scatter(1, low[:, None] + 1, (1 - p_low)[:, None])
    return result.reshape(*shape, len(bins)).to(dtype)


def expected_value(logits: torch.Tensor, bins: torch.Tensor) -> torch.Tensor:
    # In float64: positive and negative bins cancel where the mean is near 0.
    s = (torch.softmax(logits.double(), dim=-1) * bins.double()).sum(dim=-1)
    # Not sign(s) * expm1(|s|), whose gradient at 0 would be 0 instead of 1.
    return torch.where(s >= 0, torch.expm1(s), -torch.expm1(-s)).to(logits.dtype)
