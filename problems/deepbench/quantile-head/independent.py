import torch
from torch import nn
from torch.nn import functional as F


class QuantileHead(nn.Module):
    def __init__(self, in_features: int, quantiles: list[float]) -> None:
        super().__init__()
        quantiles = [float(q) for q in quantiles]
        if not quantiles:
            raise ValueError("quantiles must not be empty")
        if not all(0 < q < 1 for q in quantiles):
            raise ValueError("quantiles must be within (0, 1)")
        if not all(a < b for a, b in zip(quantiles, quantiles[1:])):
            raise ValueError("quantiles must be strictly increasing")
        self.quantiles = quantiles
        self.linear = nn.Linear(in_features, len(quantiles))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raw = self.linear(x)
        return torch.cat([raw[:, :1], F.softplus(raw[:, 1:])], dim=1).cumsum(dim=1)


def pinball_loss(predictions: torch.Tensor, targets: torch.Tensor, quantiles: list[float]) -> torch.Tensor:
    if predictions.dim() != 2:
        raise ValueError("predictions must have shape (N, Q)")
    if targets.shape != predictions.shape[:1]:
        raise ValueError("targets must have shape (N,)")
    if len(quantiles) != predictions.shape[1]:
        raise ValueError("there must be one quantile per column of predictions")
    q = torch.as_tensor(quantiles, dtype=predictions.dtype, device=predictions.device)
    known = ~torch.isnan(targets)
    p = predictions[known]
    difference = targets[known][:, None] - p
    loss = torch.where(difference >= 0, q * difference, (q - 1) * difference)
    return loss.sum() / max(1, loss.numel())
