import torch
from torch.nn import functional as F


def soft_dice_loss(logits: torch.Tensor, targets: torch.Tensor, ignore_index: int = 255) -> torch.Tensor:
    if logits.ndim != 4 or targets.ndim != 3 or targets.shape != (logits.shape[0], *logits.shape[2:]):
        raise ValueError(f"logits {tuple(logits.shape)} and targets {tuple(targets.shape)} do not fit together")
    n_classes = logits.shape[1]
    valid = targets != ignore_index
    if (valid & ((targets < 0) | (targets >= n_classes))).any():
        raise ValueError(f"a target is neither in [0, {n_classes}) nor {ignore_index}")

    if logits.dtype != torch.float64:
        logits = logits.float()
    pixels = logits.permute(0, 2, 3, 1)[valid]  # (M, C): ignored pixels are gone altogether
    if len(pixels) == 0:
        return pixels.sum()
    probs = torch.softmax(pixels, dim=1)
    hot = F.one_hot(targets[valid], n_classes).to(probs.dtype)
    counts = hot.sum(dim=0)
    scores = 2 * (probs * hot).sum(dim=0) / (probs.sum(dim=0) + counts).clamp(min=torch.finfo(probs.dtype).tiny)
    return (1 - scores[counts > 0]).mean()
