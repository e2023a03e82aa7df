import copy

import torch
import torch.nn.functional as F
from torch import nn


def boundary_step(
    model: nn.Module,
    characters: torch.Tensor,
    lengths: torch.Tensor,
    ends: torch.Tensor,
    lr: float,
    max_norm: float,
) -> tuple[nn.Module, float, float]:
    model = copy.deepcopy(model).train()
    real = torch.arange(characters.shape[1]) < lengths[:, None]
    logits = model(characters).squeeze(2)[real]
    target = ends[real].to(logits.dtype)
    n_ends = target.sum()
    n_others = len(target) - n_ends
    factor = n_others / n_ends if n_ends * n_others > 0 else None
    loss = F.binary_cross_entropy_with_logits(logits, target, pos_weight=factor)
    parameters = list(model.parameters())
    gradients = torch.autograd.grad(loss, parameters)
    norm = torch.cat([gradient.flatten() for gradient in gradients]).norm()
    scale = (max_norm / norm).clamp_max(1)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients):
            parameter -= lr * scale * gradient
    return model, loss.item(), norm.item()
