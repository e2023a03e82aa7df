import math

import torch
from torch import nn


def rmse_in_units(model: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]], mean: float, std: float) -> float:
    total = 0.0
    rows = 0
    model.eval()
    try:
        with torch.no_grad():
            for features, targets in batches:
                if targets.shape[0] == 0:
                    continue
                predictions = model(features).squeeze(1).double() * std + mean
                total += (predictions - targets.double()).square().sum().item()
                rows += targets.shape[0]
    finally:
        model.train()
    return math.sqrt(total / rows)
