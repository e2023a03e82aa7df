import torch
import torch.nn.functional as F


def cutmix(
    images: torch.Tensor,
    labels: torch.Tensor,
    partner: torch.Tensor,
    num_classes: int,
    share: float,
    center: tuple[int, int],
) -> tuple[torch.Tensor, torch.Tensor]:
    if not 0 <= share <= 1:
        raise ValueError("share must lie in [0, 1]")
    slices, area = [], 1
    for size, middle in zip(images.shape[2:], center):
        length = int(size * (1 - share) ** 0.5)
        start = middle - length // 2
        start, stop = max(start, 0), min(start + length, size)
        slices.append(slice(start, stop))
        area *= stop - start
    rows, columns = slices
    mixed = images.clone()
    mixed[:, :, rows, columns] = images[partner][:, :, rows, columns]
    kept = 1 - area / (images.shape[2] * images.shape[3])
    own, other = F.one_hot(labels, num_classes).float(), F.one_hot(labels[partner], num_classes).float()
    return mixed, kept * own + (1 - kept) * other


def soft_cross_entropy(logits: torch.Tensor, distributions: torch.Tensor) -> torch.Tensor:
    if logits.shape != distributions.shape:
        raise ValueError("logits and distributions must have the same shape")
    return -(distributions * logits.log_softmax(dim=1)).sum(dim=1).mean()
