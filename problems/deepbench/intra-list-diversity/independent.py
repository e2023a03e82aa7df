import torch
from torch.nn import functional as F


def list_diversity(recommended: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    k = recommended.shape[1]
    if k < 2:
        raise ValueError("a list needs at least two items")
    wide = features.double()
    largest = wide.abs().amax(dim=1, keepdim=True)
    wide = wide / torch.where(largest > 0, largest, torch.ones_like(largest))  # tiny vectors must not underflow
    units = F.normalize(wide, dim=1)[recommended]  # (U, K, D); all-zero vectors stay zero
    pairs = (units.sum(dim=1).square().sum(dim=-1) - units.square().sum(dim=(1, 2))) / 2
    return (1 - pairs / (k * (k - 1) / 2)).to(features.dtype)
