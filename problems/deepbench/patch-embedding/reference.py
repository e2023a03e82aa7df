import torch
import torch.nn.functional as F
from torch import nn


class PatchEmbedding(nn.Module):
    def __init__(self, image_size: int, patch_size: int, in_channels: int, dim: int) -> None:
        super().__init__()
        if image_size % patch_size:
            raise ValueError("image_size must be a multiple of patch_size")
        self.patch_size = patch_size
        self.grid = image_size // patch_size
        self.proj = nn.Conv2d(in_channels, dim, patch_size, patch_size)
        self.class_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.positions = nn.Parameter(0.02 * torch.randn(1, 1 + self.grid**2, dim))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        n_batch, channels, height, width = images.shape
        if channels != self.proj.in_channels or height % self.patch_size or width % self.patch_size:
            raise ValueError("images must have the module's channels and whole patches")
        patches = self.proj(images)
        rows, columns = patches.shape[-2:]
        grid = self.positions[:, 1:].transpose(1, 2).unflatten(2, (self.grid, self.grid))
        # For the grid that the module was built for, this is the identity.
        grid = F.interpolate(grid, (rows, columns), mode="bilinear", align_corners=False)
        tokens = patches.flatten(2).transpose(1, 2) + grid.flatten(2).transpose(1, 2)
        first = (self.class_token + self.positions[:, :1]).expand(n_batch, -1, -1)
        return torch.cat([first, tokens], dim=1)
