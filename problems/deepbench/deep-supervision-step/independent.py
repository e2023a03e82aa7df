import copy

import torch
from torch import nn
from torch.nn import functional as F


def deep_supervision_step(
    stages: nn.Sequential,
    heads: nn.ModuleList,
    images: torch.Tensor,
    targets: torch.Tensor,
    lr: float,
    decay: float = 0.5,
    ignore_index: int = 255,
) -> tuple[nn.Sequential, nn.ModuleList, list[float]]:
    stages, heads = copy.deepcopy((stages, heads))  # together, so that shared weights stay shared
    stages.train()
    heads.train()
    optimizer = torch.optim.SGD(nn.ModuleList([stages, heads]).parameters(), lr=lr)
    optimizer.zero_grad(set_to_none=True)

    height, width = targets.shape[-2:]
    losses = []
    with torch.enable_grad():
        x = images
        for stage, head in zip(stages, heads, strict=True):
            x = stage(x)
            logits = head(x)
            h, w = logits.shape[-2:]
            rows = torch.arange(h, device=targets.device) * height // h
            columns = torch.arange(w, device=targets.device) * width // w
            small = targets[:, rows[:, None], columns[None, :]]
            total = F.cross_entropy(logits, small, ignore_index=ignore_index, reduction="sum")
            losses.append(total / (small != ignore_index).sum().clamp(min=1))

        count = len(losses)
        weights = [decay ** (count - 1 - k) for k in range(count)]
        norm = sum(weights)
        loss = sum(weight / norm * value for weight, value in zip(weights, losses))
        loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return stages, heads, [value.item() for value in losses]
