import math

import torch


@torch.no_grad()
def weighted_quantile_loss(
    forecast: torch.Tensor, target: torch.Tensor, observed: torch.Tensor, quantiles: list[float]
) -> tuple[float, list[float]]:
    if len(quantiles) != forecast.shape[-1]:
        raise ValueError("quantiles must have an entry for each forecast")
    f = forecast[observed].double()  # (n, Q)
    y = target[observed].double()[:, None]
    q = torch.tensor([float(v) for v in quantiles], dtype=torch.float64, device=f.device)
    pinball = torch.where(y >= f, q * (y - f), (1 - q) * (f - y)).sum(dim=0)
    scale = y.abs().sum().item()
    if scale == 0:
        losses = [math.nan] * len(quantiles)
    else:
        losses = (2 * pinball / scale).tolist()
    return (sum(losses) / len(losses) if losses else math.nan), losses
