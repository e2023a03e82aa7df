import torch
from torch import nn


class PointSegmenter(nn.Module):
    def __init__(self, in_features: int, hidden: int, n_classes: int) -> None:
        super().__init__()
        self.point = nn.Linear(in_features, hidden)
        self.out = nn.Linear(2 * hidden, n_classes)

    def forward(self, points: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        padding = ~mask[:, :, None]
        clean = points.masked_fill(padding, 0)
        # Features are >= 0, so zeros at padding neither change a maximum nor leave an empty cloud without one.
        features = torch.relu(self.point(clean)).masked_fill(padding, 0)
        cloud = features.amax(dim=1, keepdim=True).expand_as(features)
        logits = self.out(torch.cat([features, cloud], dim=2))
        return logits.masked_fill(padding, 0)
