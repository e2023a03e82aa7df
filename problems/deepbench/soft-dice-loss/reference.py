import torch
import torch.nn.functional as F


def soft_dice_loss(logits: torch.Tensor, targets: torch.Tensor, ignore_index: int = 255) -> torch.Tensor:
    if logits.ndim != 4 or targets.shape != (logits.shape[0], *logits.shape[2:]):
        raise ValueError("logits must have shape (B, C, H, W) and targets (B, H, W)")
    n_classes = logits.shape[1]
    if logits.dtype != torch.float64:
        logits = logits.float()
    kept = targets != ignore_index
    labels = targets[kept]
    if ((labels < 0) | (labels >= n_classes)).any():
        raise ValueError("targets must be classes or ignore_index")
    probabilities = logits.movedim(1, -1)[kept].softmax(dim=-1)
    one_hot = F.one_hot(labels, n_classes).to(probabilities.dtype)
    overlap = (probabilities * one_hot).sum(dim=0)
    counts = one_hot.sum(dim=0)
    present = counts > 0
    if not present.any():
        return probabilities.sum()
    scores = 2 * overlap[present] / (probabilities.sum(dim=0)[present] + counts[present])
    return (1 - scores).mean()
