import copy

import torch
import torch.nn.functional as F
from torch import nn


def sam_step(
    model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, lr: float, radius: float
) -> tuple[nn.Module, float, float]:
    model = copy.deepcopy(model).train()
    probe = copy.deepcopy(model)
    trained = [p for p in model.parameters() if p.requires_grad]
    moved = [p for p in probe.parameters() if p.requires_grad]

    loss = F.mse_loss(model(inputs), targets)
    gradients = torch.autograd.grad(loss, trained)
    norm = torch.cat([gradient.flatten() for gradient in gradients]).norm()
    with torch.no_grad():
        for parameter, gradient in zip(moved, gradients):
            parameter += torch.where(norm > 0, radius * gradient / norm, 0)

    sharp = F.mse_loss(probe(inputs), targets)
    with torch.no_grad():
        for parameter, gradient in zip(trained, torch.autograd.grad(sharp, moved)):
            parameter -= lr * gradient
    return model, loss.item(), sharp.item()
