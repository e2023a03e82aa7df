import torch
from torch.nn import functional as F


@torch.no_grad()
def pixel_loss(batches: list[tuple[torch.Tensor, torch.Tensor]], ignore_index: int = 255) -> float:
    total, count = 0.0, 0
    for logits, targets in batches:
        labelled = int((targets != ignore_index).sum())
        if labelled == 0:
            continue
        losses = F.cross_entropy(logits.double(), targets, ignore_index=ignore_index, reduction="none")
        total += float(losses.sum())
        count += labelled
    return total / count if count else float("nan")
