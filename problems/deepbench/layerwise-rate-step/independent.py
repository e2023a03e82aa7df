import copy

import torch
from torch import nn


def layerwise_step(
    model: nn.Sequential, tokens: torch.Tensor, scores: torch.Tensor, lr: float, decay: float
) -> tuple[nn.Sequential, list[float], float]:
    model = copy.deepcopy(model)
    model.train()
    model.zero_grad(set_to_none=True)

    layers = list(model)
    rates = [0.0] * len(layers)
    depth = 0
    for i in range(len(layers) - 1, -1, -1):
        if any(p.requires_grad for p in layers[i].parameters()):
            rates[i] = float(lr * decay**depth)
            depth += 1

    with torch.enable_grad():
        loss = (model(tokens)[:, 0] - scores).square().mean()
        if loss.requires_grad:
            loss.backward()

    done = set()
    with torch.no_grad():
        for layer, rate in zip(reversed(layers), reversed(rates)):
            for p in layer.parameters():
                if p.requires_grad and p.grad is not None and id(p) not in done:
                    done.add(id(p))
                    p.sub_(p.grad, alpha=rate)
    model.zero_grad(set_to_none=True)
    return model, rates, loss.item()
