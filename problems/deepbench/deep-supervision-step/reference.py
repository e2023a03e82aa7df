import copy

import torch
import torch.nn.functional as F
from torch import nn


def deep_supervision_step(
    stages: nn.Sequential,
    heads: nn.ModuleList,
    images: torch.Tensor,
    targets: torch.Tensor,
    lr: float,
    decay: float = 0.5,
    ignore_index: int = 255,
) -> tuple[nn.Sequential, nn.ModuleList, list[float]]:
    stages, heads = copy.deepcopy(stages).train(), copy.deepcopy(heads).train()
    features, losses = images, []
    for stage, head in zip(stages, heads):
        features = stage(features)
        logits = head(features)
        (height, width), (h, w) = targets.shape[1:], logits.shape[2:]
        small = targets[:, torch.arange(h) * height // h][:, :, torch.arange(w) * width // w]
        total = F.cross_entropy(logits, small, ignore_index=ignore_index, reduction="sum")
        losses.append(total / (small != ignore_index).sum().clamp_min(1))
    weights = [decay**k for k in range(len(losses))][::-1]
    loss = sum(weight * part for weight, part in zip(weights, losses)) / sum(weights)
    parameters = [*stages.parameters(), *heads.parameters()]
    with torch.no_grad():
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter -= lr * gradient
    return stages, heads, [part.item() for part in losses]
