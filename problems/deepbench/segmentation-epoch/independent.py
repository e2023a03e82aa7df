import copy

import torch
from torch import nn
from torch.nn import functional as F


def train_epoch(
    model: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    base_lr: float,
    power: float,
    first_step: int,
    total_steps: int,
    ignore_index: int = 255,
) -> tuple[nn.Module, float, float, list[float]]:
    model = copy.deepcopy(model)
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=base_lr)
    loss_sum, correct, count = 0.0, 0, 0
    lrs: list[float] = []
    for k, (images, targets) in enumerate(batches):
        step = first_step + k
        lr = float(base_lr * (1 - step / total_steps) ** power) if step < total_steps else 0.0
        lrs.append(lr)
        labelled = targets != ignore_index
        n = int(labelled.sum())
        if n == 0:
            continue
        for group in optimizer.param_groups:
            group["lr"] = lr
        optimizer.zero_grad()
        logits = model(images)
        if logits.shape[-2:] != targets.shape[-2:]:
            logits = F.interpolate(logits, size=targets.shape[-2:], mode="bilinear", align_corners=False)
        loss = F.cross_entropy(logits, targets, ignore_index=ignore_index)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * n
        correct += int(((logits.detach().argmax(dim=1) == targets) & labelled).sum())
        count += n
    if count == 0:
        return model, 0.0, 0.0, lrs
    return model, loss_sum / count, correct / count, lrs
