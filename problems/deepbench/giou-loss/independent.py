import torch


def _ratio(numerator: torch.Tensor, denominator: torch.Tensor) -> torch.Tensor:
    nonzero = denominator > 0
    safe = torch.where(nonzero, denominator, torch.ones_like(denominator))
    return torch.where(nonzero, numerator / safe, torch.zeros_like(numerator))


def giou_loss(
    predicted: torch.Tensor,
    target: torch.Tensor,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    if predicted.dim() != 2 or predicted.shape[1] != 4 or predicted.shape != target.shape:
        raise ValueError(
            f"predicted and target must both be of shape (N, 4), not {tuple(predicted.shape)} and {tuple(target.shape)}"
        )
    n = predicted.shape[0]
    if weights is not None and tuple(weights.shape) != (n,):
        raise ValueError(f"weights must be of shape ({n},), not {tuple(weights.shape)}")

    dtype = torch.float64 if predicted.dtype == torch.float64 else torch.float32
    p, t = predicted.to(dtype), target.to(dtype)

    p_low, p_high = torch.minimum(p[:, :2], p[:, 2:]), torch.maximum(p[:, :2], p[:, 2:])
    t_low, t_high = torch.minimum(t[:, :2], t[:, 2:]), torch.maximum(t[:, :2], t[:, 2:])

    p_size, t_size = p_high - p_low, t_high - t_low
    inner = (torch.minimum(p_high, t_high) - torch.maximum(p_low, t_low)).clamp(min=0)
    outer = torch.maximum(p_high, t_high) - torch.minimum(p_low, t_low)

    intersection = inner[:, 0] * inner[:, 1]
    union = p_size[:, 0] * p_size[:, 1] + t_size[:, 0] * t_size[:, 1] - intersection
    hull = outer[:, 0] * outer[:, 1]
    loss = 1 - (_ratio(intersection, union) - _ratio(hull - union, hull))

    if weights is None:
        return loss.sum() / max(n, 1)
    w = weights.to(torch.float64)
    total = w.sum()
    share = w / torch.where(total > 0, total, torch.ones_like(total))
    return (share.to(dtype) * loss).sum()
