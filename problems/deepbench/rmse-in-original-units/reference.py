import torch
from torch import nn


@torch.no_grad()
def rmse_in_units(model: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]], mean: float, std: float) -> float:
    model.eval()
    squares, count = 0.0, 0
    for features, target in batches:
        prediction = model(features).squeeze(1) * std + mean
        squares += (prediction - target).square().sum().item()
        count += len(target)
    model.train()
    return (squares / count) ** 0.5
