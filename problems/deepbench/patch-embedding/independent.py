import torch
from torch import nn
from torch.nn import functional as F


class PatchEmbedding(nn.Module):
    def __init__(self, image_size: int, patch_size: int, in_channels: int, dim: int) -> None:
        super().__init__()
        if image_size % patch_size:
            raise ValueError(f"image_size {image_size} is not a multiple of patch_size {patch_size}")
        self.patch_size = patch_size
        self.in_channels = in_channels
        self.grid_size = image_size // patch_size
        self.proj = nn.Conv2d(in_channels, dim, kernel_size=patch_size, stride=patch_size)
        self.class_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.positions = nn.Parameter(torch.empty(1, 1 + self.grid_size**2, dim))
        nn.init.normal_(self.positions, std=0.02)

    def _positions_for(self, height: int, width: int) -> torch.Tensor:
        n = self.grid_size
        if (height, width) == (n, n):
            return self.positions
        first, grid = self.positions[:, :1], self.positions[:, 1:]
        grid = grid.reshape(1, n, n, -1).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(height, width), mode="bilinear", align_corners=False, antialias=False)
        return torch.cat([first, grid.flatten(2).transpose(1, 2)], dim=1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        channels, height, width = images.shape[1:]
        if channels != self.in_channels:
            raise ValueError(f"expected {self.in_channels} channels, got {channels}")
        if height % self.patch_size or width % self.patch_size:
            raise ValueError(f"image size {height} x {width} is not a multiple of {self.patch_size}")
        patches = self.proj(images)
        positions = self._positions_for(patches.shape[2], patches.shape[3])
        tokens = patches.flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(len(images), -1, -1), tokens], dim=1)
        return tokens + positions
