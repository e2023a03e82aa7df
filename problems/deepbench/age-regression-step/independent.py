import copy

import torch
from torch import nn


def train_step(model: nn.Module, images: torch.Tensor, ages: torch.Tensor, lr: float) -> tuple[nn.Module, float]:
    trained = copy.deepcopy(model)
    trained.train()
    with torch.enable_grad():
        estimates = trained(images).reshape(-1)  # (B, 1) -> (B,): no broadcasting against the ages
        loss = ((estimates - ages.detach().to(estimates.dtype)) ** 2).mean()
    params = [p for p in trained.parameters() if p.requires_grad]
    if params:
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        with torch.no_grad():
            for p, g in zip(params, grads):
                if g is not None:
                    p.sub_(lr * g)
    trained.zero_grad(set_to_none=True)
    return trained, float(loss.detach())
