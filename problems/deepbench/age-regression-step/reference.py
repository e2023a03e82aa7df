import copy

import torch
from torch import nn


def train_step(model: nn.Module, images: torch.Tensor, ages: torch.Tensor, lr: float) -> tuple[nn.Module, float]:
    model = copy.deepcopy(model).train()
    # (B, 1) minus (B,) would be (B, B).
    loss = (model(images).squeeze(1) - ages.to(images.dtype)).square().mean()
    parameters = list(model.parameters())
    with torch.no_grad():
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter -= lr * gradient
    return model, loss.item()
