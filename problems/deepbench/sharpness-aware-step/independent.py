import copy

import torch
import torch.nn.functional as F
from torch import nn


def sam_step(
    model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, lr: float, radius: float
) -> tuple[nn.Module, float, float]:
    model = copy.deepcopy(model).train()
    params = [p for p in model.parameters() if p.requires_grad]

    def loss_and_grads() -> tuple[float, list[torch.Tensor]]:
        with torch.enable_grad():
            loss = F.mse_loss(model(inputs), targets)
        if not params or not loss.requires_grad:
            return loss.item(), [torch.zeros_like(p) for p in params]
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        return loss.item(), [torch.zeros_like(p) if g is None else g for p, g in zip(params, grads)]

    first_loss, grads = loss_and_grads()
    buffers = [
        (module, name, buffer, buffer.detach().clone())
        for module in model.modules()
        for name, buffer in module._buffers.items()
        if buffer is not None
    ]
    origin = [p.detach().clone() for p in params]
    norm = sum(float(g.double().pow(2).sum()) for g in grads) ** 0.5
    with torch.no_grad():
        if norm > 0:
            for p, g in zip(params, grads):
                p.add_((g.double() / norm * radius).to(p.dtype))

    second_loss, grads = loss_and_grads()
    with torch.no_grad():
        for p, start, g in zip(params, origin, grads):
            p.copy_(start - lr * g)
        # Only the first pass counts for the buffers.
        for module, name, buffer, value in buffers:
            buffer.copy_(value)
            module._buffers[name] = buffer
    return model, first_loss, second_loss
