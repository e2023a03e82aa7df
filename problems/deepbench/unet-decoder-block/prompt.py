import torch
from torch import nn


class DecoderBlock(nn.Module):
    """One step up in a U-Net: enlarge the deep features, join them with the encoder's, convolve twice.

    1. ``x`` is enlarged by 2 in height and width, nearest neighbour.
    2. The enlarged ``x`` is fitted to the size of ``skip``, separately in height and width: where it is one row
       (column) short, because the encoder rounded down when it halved an odd size, its last row (column) is repeated;
       where it is one too long, because the encoder rounded up, its last row (column) is dropped.
    3. The channels of ``x`` come first, then those of ``skip``.
    4. Twice: 3x3 convolution without bias, with zero padding that keeps the size; batch normalisation (default
       settings); ReLU. The first convolution leads to ``out_channels`` channels, the second keeps them.

    Step 4 is the attribute ``block``, an ``nn.Sequential`` of six modules, and the only one with parameters: the
    state dict has the entries ``block.0.weight``, ``block.1.weight``, ``block.1.bias``, ``block.1.running_mean``
    and so on. Default initialisation throughout.

    Args:
        in_channels: channels of ``x``.
        skip_channels: channels of ``skip``; 0 for a level without a skip connection to join.
        out_channels: channels of the result.
    """

    def __init__(self, in_channels: int, skip_channels: int, out_channels: int) -> None: ...

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        """From x (B, in_channels, h, w) and skip (B, skip_channels, H, W) to (B, out_channels, H, W).

        With ``skip_channels=0``, ``skip`` is an empty tensor of shape (B, 0, H, W) that only gives the size.

        Raises:
            ValueError: if H is not 2h - 1, 2h or 2h + 1, or W is not 2w - 1, 2w or 2w + 1.
        """
