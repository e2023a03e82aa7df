import torch
from torch.nn import functional as F


def pixel_loss(batches: list[tuple[torch.Tensor, torch.Tensor]], ignore_index: int = 255) -> float:
    total, count = 0.0, 0
    for logits, targets in batches:
        total += F.cross_entropy(logits, targets, ignore_index=ignore_index, reduction="sum").item()
        count += (targets != ignore_index).sum().item()
    return total / count if count else float("nan")
