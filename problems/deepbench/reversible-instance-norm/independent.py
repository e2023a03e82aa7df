import torch
from torch import nn


class ReversibleInstanceNorm(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self._statistics: tuple[torch.Tensor, torch.Tensor] | None = None

    def normalize(self, x: torch.Tensor, observed: torch.Tensor | None = None) -> torch.Tensor:
        if x.shape[-1] != self.num_features:
            raise ValueError(f"expected {self.num_features} features, got {x.shape[-1]}")
        if observed is None:
            observed = torch.ones_like(x, dtype=torch.bool)
        elif observed.shape != x.shape:
            raise ValueError("observed must have the shape of x")
        dtype = torch.promote_types(x.dtype, self.weight.dtype)

        # Everything in float64, so that the offset of a series costs no precision.
        values = torch.where(observed, x, torch.zeros_like(x)).double()
        with torch.no_grad():
            count = observed.sum(dim=1, keepdim=True)
            divisor = count.clamp(min=1).double()
            m = values.sum(dim=1, keepdim=True) / divisor
            deviations = torch.where(observed, values - m, torch.zeros_like(values))
            variance = deviations.square().sum(dim=1, keepdim=True) / divisor
            s = torch.where(count > 0, (variance + self.eps).sqrt(), torch.ones_like(variance))
        self._statistics = (m, s)

        result = (values - m) / s * self.weight.double() + self.bias.double()
        return torch.where(observed, result, torch.zeros_like(result)).to(dtype)

    def denormalize(self, y: torch.Tensor) -> torch.Tensor:
        if self._statistics is None:
            raise RuntimeError("normalize has to be called before denormalize")
        m, s = self._statistics
        if y.shape[0] != m.shape[0] or y.shape[-1] != m.shape[-1]:
            raise ValueError("y must have the batch size and the features of the latest normalize")
        dtype = torch.promote_types(y.dtype, self.weight.dtype)
        return ((y.double() - self.bias.double()) / self.weight.double() * s + m).to(dtype)
