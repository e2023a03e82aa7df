import torch
from torch import nn


class ReversibleInstanceNorm(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.statistics = None

    def normalize(self, x: torch.Tensor, observed: torch.Tensor | None = None) -> torch.Tensor:
        if observed is None:
            observed = torch.ones_like(x, dtype=torch.bool)
        if x.shape[-1] != len(self.weight) or observed.shape != x.shape:
            raise ValueError("x must have the module's features, and observed the shape of x")
        x = x.masked_fill(~observed, 0.0)
        with torch.no_grad():
            count = observed.sum(dim=1, keepdim=True)
            mean = x.sum(dim=1, keepdim=True) / count.clamp_min(1)
            # Centred first: the difference of the mean square and the squared mean cancels far from zero.
            centred = (x - mean).masked_fill(~observed, 0.0)
            scale = ((centred**2).sum(dim=1, keepdim=True) / count.clamp_min(1) + self.eps).sqrt()
            scale = torch.where(count > 0, scale, 1.0)
        self.statistics = mean, scale
        return ((x - mean) / scale * self.weight + self.bias).masked_fill(~observed, 0.0)

    def denormalize(self, y: torch.Tensor) -> torch.Tensor:
        if self.statistics is None:
            raise RuntimeError("normalize first")
        mean, scale = self.statistics
        if y.shape[0] != mean.shape[0] or y.shape[-1] != mean.shape[-1]:
            raise ValueError("y must have the samples and features of the latest normalize")
        return (y - self.bias) / self.weight * scale + mean
