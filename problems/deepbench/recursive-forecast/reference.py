import torch
from torch import nn


@torch.no_grad()
def forecast(model: nn.Module, history: torch.Tensor, window: int, steps: int) -> torch.Tensor:
    model.eval()
    values = history[:, -window:]
    mean = values.mean(dim=1, keepdim=True)
    std = values.std(dim=1, correction=0, keepdim=True)
    std = torch.where(std < 1e-6, 1.0, std)
    scaled = (values - mean) / std
    for _ in range(steps):
        scaled = torch.cat([scaled, model(scaled[:, -window:])], dim=1)
    return scaled[:, window:] * std + mean
