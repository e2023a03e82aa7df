import torch


def weighted_quantile_loss(
    forecast: torch.Tensor, target: torch.Tensor, observed: torch.Tensor, quantiles: list[float]
) -> tuple[float, list[float]]:
    if len(quantiles) != forecast.shape[2]:
        raise ValueError("there is not one forecast per quantile")
    y = target[observed].double()
    error = y[:, None] - forecast[observed].double()
    q = torch.tensor(quantiles, dtype=torch.float64)
    loss = torch.maximum(q * error, (q - 1) * error).sum(dim=0)
    size = y.abs().sum()
    each = 2 * loss / size if size > 0 else torch.full_like(q, torch.nan)
    return each.mean().item(), each.tolist()
