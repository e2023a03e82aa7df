import copy

import torch
from torch import nn


def rollout_step(
    model: nn.Module, frames: torch.Tensor, lr: float, free: int, unrolled: int
) -> tuple[nn.Module, list[float]]:
    if frames.shape[1] < 1 + free + unrolled:
        raise ValueError("the video is too short")
    model = copy.deepcopy(model)
    model.train()
    frames = frames.detach()

    frame = frames[:, 0]
    with torch.no_grad():
        for _ in range(free):
            frame = model(frame)
    frame = frame.detach()

    parameters = [p for p in model.parameters() if p.requires_grad]
    with torch.enable_grad():
        errors = []
        for t in range(free + 1, free + unrolled + 1):
            frame = model(frame)
            errors.append((frame - frames[:, t]).square().mean())
        loss = torch.stack(errors).mean()
        if parameters and loss.requires_grad:
            gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
        else:
            gradients = [None] * len(parameters)
    with torch.no_grad():
        for p, g in zip(parameters, gradients):
            if g is not None:
                p.sub_(g, alpha=lr)
    return model, [e.item() for e in errors]
