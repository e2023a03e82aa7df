import torch
import torch.nn.functional as F
from torch import nn


class QuantileHead(nn.Module):
    def __init__(self, in_features: int, quantiles: list[float]) -> None:
        super().__init__()
        edges = [0.0, *quantiles, 1.0]
        if not quantiles or any(a >= b for a, b in zip(edges, edges[1:])):
            raise ValueError("quantiles must increase strictly within (0, 1)")
        self.linear = nn.Linear(in_features, len(quantiles))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raw = self.linear(x)
        return torch.cat([raw[:, :1], F.softplus(raw[:, 1:])], dim=1).cumsum(dim=1)


def pinball_loss(predictions: torch.Tensor, targets: torch.Tensor, quantiles: list[float]) -> torch.Tensor:
    if predictions.shape != (*targets.shape, len(quantiles)) or targets.ndim != 1:
        raise ValueError("predictions must have shape (N, Q) and targets (N,)")
    known = ~targets.isnan()
    # Selected, not masked: NaN times zero is NaN, in the gradient as well.
    errors = targets[known][:, None] - predictions[known]
    if not known.any():
        return errors.sum()
    q = torch.tensor(quantiles, dtype=predictions.dtype)
    return torch.maximum(q * errors, (q - 1) * errors).mean()
