import torch
from torch import nn


class PointSegmenter(nn.Module):
    def __init__(self, in_features: int, hidden: int, n_classes: int) -> None:
        super().__init__()
        self.point = nn.Linear(in_features, hidden)
        self.out = nn.Linear(2 * hidden, n_classes)

    def forward(self, points: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        padding = ~mask[..., None]
        features = self.point(points.masked_fill(padding, 0.0)).relu().masked_fill(padding, 0.0)
        # After ReLU nothing is below 0, so zeros at padding never win over a point.
        cloud = features.amax(dim=1, keepdim=True).expand_as(features)
        return self.out(torch.cat([features, cloud], dim=2)).masked_fill(padding, 0.0)
