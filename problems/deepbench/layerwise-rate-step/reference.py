import copy

import torch
from torch import nn


def layerwise_step(
    model: nn.Sequential, tokens: torch.Tensor, scores: torch.Tensor, lr: float, decay: float
) -> tuple[nn.Sequential, list[float], float]:
    model = copy.deepcopy(model).train()
    loss = (model(tokens).squeeze(1) - scores).square().mean()
    loss.backward()
    rates = []
    for layer in reversed(model):
        trained = [p for p in layer.parameters() if p.requires_grad]
        rates.append(lr if trained else 0.0)
        with torch.no_grad():
            for parameter in trained:
                parameter -= lr * parameter.grad
        if trained:
            lr *= decay
    return model, rates[::-1], loss.item()
