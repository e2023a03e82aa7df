import torch
from torch import nn


def _fit(x: torch.Tensor, dim: int, size: int) -> torch.Tensor:
    have = x.shape[dim]
    if abs(size - have) > 1:
        raise ValueError(f"cannot fit size {have} to {size}")
    if size > have:
        return torch.cat([x, x.narrow(dim, have - 1, 1)], dim=dim)
    return x.narrow(dim, 0, size)


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
        x = x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
        x = _fit(x, 2, skip.shape[2])
        x = _fit(x, 3, skip.shape[3])
        return self.block(torch.cat([x, skip.to(x.dtype)], dim=1))
