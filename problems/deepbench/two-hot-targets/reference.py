import torch


def two_hot(values: torch.Tensor, bins: torch.Tensor) -> torch.Tensor:
    squashed = (values.sign() * values.abs().log1p()).clamp(bins[0], bins[-1])
    upper = torch.searchsorted(bins, squashed.contiguous()).clamp(min=1)
    share = (squashed - bins[upper - 1]) / (bins[upper] - bins[upper - 1])
    target = torch.zeros(*values.shape, len(bins), dtype=values.dtype)
    target.scatter_(-1, upper[..., None], share[..., None])
    return target.scatter_(-1, upper[..., None] - 1, 1 - share[..., None])


def expected_value(logits: torch.Tensor, bins: torch.Tensor) -> torch.Tensor:
    mean = (logits.softmax(dim=-1) * bins).sum(dim=-1)
    return mean.sign() * mean.abs().expm1()
