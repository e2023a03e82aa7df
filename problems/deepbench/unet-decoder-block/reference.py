import torch
import torch.nn.functional as F
from torch import nn


class DecoderBlock(nn.Module):
    def __init__(self, in_channels: int, skip_channels: int, out_channels: int) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(in_channels + skip_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        height, width = skip.shape[-2:]
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        short_rows, short_columns = height - x.shape[-2], width - x.shape[-1]
        if abs(short_rows) > 1 or abs(short_columns) > 1:
            raise ValueError("skip must be about twice as large as x")
        x = F.pad(x, (0, max(short_columns, 0), 0, max(short_rows, 0)), mode="replicate")
        x = x[..., :height, :width]
        return self.block(torch.cat([x, skip], dim=1))
