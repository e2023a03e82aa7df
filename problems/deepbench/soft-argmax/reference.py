import torch


def soft_argmax(heatmaps: torch.Tensor, temperature: float = 1.0) -> torch.Tensor:
    if temperature <= 0:
        raise ValueError("temperature must be greater than 0")
    height, width = heatmaps.shape[2:]
    share = (heatmaps / temperature).flatten(2).softmax(dim=2).view_as(heatmaps)
    columns = (torch.arange(width, dtype=heatmaps.dtype) + 0.5) / width
    rows = (torch.arange(height, dtype=heatmaps.dtype) + 0.5) / height
    x = (share.sum(dim=2) * columns).sum(dim=2)
    y = (share.sum(dim=3) * rows).sum(dim=2)
    return torch.stack([x, y], dim=2)
