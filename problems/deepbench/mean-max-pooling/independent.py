import torch


def mean_max_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    if hidden.dim() != 3 or mask.shape != hidden.shape[:2]:
        raise ValueError("mask must have shape (B, T)")
    keep = (mask != 0)[:, :, None]
    count = keep.sum(dim=1)  # (B, 1)

    wide = torch.float32 if hidden.dtype in (torch.float16, torch.bfloat16) else hidden.dtype
    clean = hidden.masked_fill(~keep, 0)
    mean = clean.sum(dim=1, dtype=wide) / count.clamp(min=1).to(wide)
    mean = mean.to(hidden.dtype)

    if hidden.shape[1] == 0:
        maximum = mean  # zeros
    else:
        maximum = hidden.masked_fill(~keep, float("-inf")).amax(dim=1)
        maximum = maximum.masked_fill(count == 0, 0)
    return torch.cat([mean, maximum], dim=1)
