import torch
import torch.nn.functional as F
from torch import nn


class FeaturePyramid(nn.Module):
    def __init__(self, in_channels: list[int], out_channels: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(n, out_channels, 1) for n in in_channels)
        self.output = nn.ModuleList(nn.Conv2d(out_channels, out_channels, 3, padding=1) for _ in in_channels)

    def forward(self, features: list[torch.Tensor]) -> list[torch.Tensor]:
        if len(features) != len(self.lateral):
            raise ValueError("one feature map per level is needed")
        sums = [lateral(feature) for lateral, feature in zip(self.lateral, features)]
        for k in reversed(range(len(sums) - 1)):
            sums[k] = sums[k] + F.interpolate(sums[k + 1], sums[k].shape[2:])
        maps = [output(total) for output, total in zip(self.output, sums)]
        return [*maps, maps[-1][:, :, ::2, ::2]]
