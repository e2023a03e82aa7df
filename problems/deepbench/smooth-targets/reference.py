import torch


def smooth_targets(labels: torch.Tensor, n_classes: int, smoothing: float = 0.1) -> torch.Tensor:
    targets = torch.full((len(labels), n_classes), smoothing / n_classes)
    known = labels != -100
    targets[known, labels[known]] += 1 - smoothing
    targets[~known] = 0
    return targets
