import math

import torch


def cutmix(
    images: torch.Tensor,
    labels: torch.Tensor,
    partner: torch.Tensor,
    num_classes: int,
    share: float,
    center: tuple[int, int],
) -> tuple[torch.Tensor, torch.Tensor]:
    if not 0 <= share <= 1:
        raise ValueError(f"share must be in [0, 1], got {share}")
    batch, _, height, width = images.shape
    side = math.sqrt(1 - share)
    box_height, box_width = int(height * side), int(width * side)
    top, left = center[0] - box_height // 2, center[1] - box_width // 2
    bottom, right = min(top + box_height, height), min(left + box_width, width)
    top, left = max(top, 0), max(left, 0)

    mixed = images.clone()
    mixed[:, :, top:bottom, left:right] = images[partner, :, top:bottom, left:right]

    replaced = max(bottom - top, 0) * max(right - left, 0)
    pixels = height * width
    counts = torch.zeros(batch, num_classes, dtype=torch.float64, device=labels.device)
    rows = torch.arange(batch, device=labels.device)
    counts[rows, labels] += pixels - replaced
    counts[rows, labels[partner]] += replaced
    return mixed, (counts / pixels).float()


def soft_cross_entropy(logits: torch.Tensor, distributions: torch.Tensor) -> torch.Tensor:
    if logits.shape != distributions.shape:
        raise ValueError(f"shapes differ: {tuple(logits.shape)} and {tuple(distributions.shape)}")
    return -(distributions * torch.log_softmax(logits, dim=1)).sum(dim=1).mean()
