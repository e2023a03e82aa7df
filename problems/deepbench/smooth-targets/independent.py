import torch


def smooth_targets(labels: torch.Tensor, n_classes: int, smoothing: float = 0.1) -> torch.Tensor:
    share = smoothing / n_classes
    known = labels != -100
    targets = torch.full((labels.shape[0], n_classes), share, dtype=torch.float32, device=labels.device)
    index = labels.clamp(min=0).unsqueeze(1)
    targets.scatter_(1, index, 1.0 - smoothing + share)
    return targets.masked_fill(~known.unsqueeze(1), 0.0)
