import torch
import torch.nn.functional as F
from torch import nn


class TwoScaleHead(nn.Module):
    def __init__(self, fine_channels: int, coarse_channels: int, n_classes: int) -> None:
        super().__init__()
        self.fine = nn.Conv2d(fine_channels, n_classes, 1)
        self.coarse = nn.Conv2d(coarse_channels, n_classes, 1)

    def forward(self, fine: torch.Tensor, coarse: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        upsampled = F.interpolate(self.coarse(coarse), fine.shape[2:], mode="bilinear")
        return F.interpolate(self.fine(fine) + upsampled, size, mode="bilinear")
