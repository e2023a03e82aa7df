import copy

import torch
import torch.nn.functional as F
from torch import nn


def rollout_step(
    model: nn.Module, frames: torch.Tensor, lr: float, free: int, unrolled: int
) -> tuple[nn.Module, list[float]]:
    if frames.shape[1] < 1 + free + unrolled:
        raise ValueError("the video is too short")
    model = copy.deepcopy(model).train()
    frame, losses = frames[:, 0], []
    for t in range(1, 1 + free):
        frame = model(frame).detach()
    for t in range(1 + free, 1 + free + unrolled):
        frame = model(frame)
        losses.append(F.mse_loss(frame, frames[:, t]))
    parameters = list(model.parameters())
    gradients = torch.autograd.grad(sum(losses) / unrolled, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients):
            parameter -= lr * gradient
    return model, [loss.item() for loss in losses]
