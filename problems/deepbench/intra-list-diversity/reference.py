import torch
from torch.nn import functional as F


def list_diversity(recommended: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    k = recommended.shape[1]
    if k < 2:
        raise ValueError("a list needs at least two items")
    units = F.normalize(features, dim=1)[recommended]
    similarity = units @ units.transpose(1, 2)
    pairs = ~torch.eye(k, dtype=torch.bool)
    return 1 - similarity[:, pairs].mean(dim=1)
