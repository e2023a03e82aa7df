import torch
from torch import nn


class TwoScaleHead(nn.Module):
    """Segmentation head that joins a fine and a coarse feature map, as fully convolutional networks do.

    Two 1x1 convolutions with bias, ``fine`` and ``coarse``, give logits of ``n_classes`` channels for each map. The
    coarse logits are brought to the fine map's size by bilinear interpolation (``align_corners=False``) and added
    to the fine logits; the sum is brought to ``size`` in the same way.
    """

    def __init__(self, fine_channels: int, coarse_channels: int, n_classes: int) -> None: ...

    def forward(self, fine: torch.Tensor, coarse: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """Logits (N, n_classes, *size), from maps (N, fine_channels, H, W) and (N, coarse_channels, h, w)."""
