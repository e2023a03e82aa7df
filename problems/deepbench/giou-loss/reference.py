import torch


def giou_loss(
    predicted: torch.Tensor,
    target: torch.Tensor,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    n = len(predicted)
    if predicted.shape != (n, 4) or target.shape != (n, 4):
        raise ValueError("boxes must have shape (N, 4)")
    if weights is not None and weights.shape != (n,):
        raise ValueError("weights must have shape (N,)")
    dtype = torch.float64 if predicted.dtype == torch.float64 else torch.float32
    predicted, target = predicted.to(dtype), target.to(dtype)
    weights = torch.ones(n, dtype=dtype) if weights is None else weights.to(dtype)

    low_p, high_p = torch.minimum(predicted[:, :2], predicted[:, 2:]), torch.maximum(predicted[:, :2], predicted[:, 2:])
    low_t, high_t = torch.minimum(target[:, :2], target[:, 2:]), torch.maximum(target[:, :2], target[:, 2:])
    intersection = (torch.minimum(high_p, high_t) - torch.maximum(low_p, low_t)).clamp_min(0).prod(dim=1)
    union = (high_p - low_p).prod(dim=1) + (high_t - low_t).prod(dim=1) - intersection
    hull = (torch.maximum(high_p, high_t) - torch.minimum(low_p, low_t)).prod(dim=1)
    loss = 1 - _ratio(intersection, union) + _ratio(hull - union, hull)
    return _ratio((weights * loss).sum(), weights.sum())


def _ratio(numerator: torch.Tensor, denominator: torch.Tensor) -> torch.Tensor:
    zero = denominator == 0
    # Both wheres are needed: with the outer one alone, the gradient is NaN.
    return torch.where(zero, 0.0, numerator / torch.where(zero, 1.0, denominator))
