import torch
from torch import nn
from torch.nn import functional as F


class TwoScaleHead(nn.Module):
    def __init__(self, fine_channels: int, coarse_channels: int, n_classes: int) -> None:
        super().__init__()
        self.fine = nn.Conv2d(fine_channels, n_classes, 1)
        self.coarse = nn.Conv2d(coarse_channels, n_classes, 1)

    def forward(self, fine: torch.Tensor, coarse: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        fine_logits = self.fine(fine)
        coarse_logits = F.interpolate(
            self.coarse(coarse), size=fine_logits.shape[-2:], mode="bilinear", align_corners=False
        )
        return F.interpolate(fine_logits + coarse_logits, size=tuple(size), mode="bilinear", align_corners=False)
