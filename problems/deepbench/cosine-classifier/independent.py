import torch
from torch import nn


def _unit(v: torch.Tensor) -> torch.Tensor:
    # The direction does not depend on the scale, so the largest entry can be divided out as a constant: squares of
    # tiny or huge entries stay in range.
    largest = v.detach().abs().amax(dim=-1, keepdim=True)
    v = v / torch.where(largest > 0, largest, torch.ones_like(largest))
    squared = v.square().sum(dim=-1, keepdim=True)
    return v / torch.where(squared > 0, squared, torch.ones_like(squared)).sqrt()


class CosineClassifier(nn.Module):
    def __init__(self, n_features: int, n_classes: int, scale: float = 10.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_classes, n_features))
        self.scale = nn.Parameter(torch.tensor(float(scale)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.scale * (_unit(x) @ _unit(self.weight).T)
