import copy

import torch
from torch import nn


def slope_matching_step(
    model: nn.Module, x: torch.Tensor, values: torch.Tensor, slopes: torch.Tensor, lr: float, weight: float = 1.0
) -> tuple[nn.Module, float, float]:
    model = copy.deepcopy(model)
    x = x.detach().requires_grad_()
    predicted = model(x).squeeze(1)
    (found,) = torch.autograd.grad(predicted.sum(), x, create_graph=True)
    value_loss = (predicted - values).square().mean()
    slope_loss = (found - slopes).square().sum(dim=1).mean()
    parameters = list(model.parameters())
    gradients = torch.autograd.grad(value_loss + weight * slope_loss, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients):
            parameter -= lr * gradient
    return model, value_loss.item(), slope_loss.item()
