import copy

import torch
import torch.nn.functional as F
from torch import nn


def train_epoch(
    model: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    base_lr: float,
    power: float,
    first_step: int,
    total_steps: int,
    ignore_index: int = 255,
) -> tuple[nn.Module, float, float, list[float]]:
    model = copy.deepcopy(model).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=base_lr)
    loss_sum, n_correct, n_labelled, lrs = 0.0, 0, 0, []
    for step, (images, targets) in enumerate(batches, first_step):
        lrs.append(base_lr * max(1 - step / total_steps, 0.0) ** power)
        labelled = targets != ignore_index
        count = int(labelled.sum())
        if not count:
            continue
        logits = F.interpolate(model(images), targets.shape[1:], mode="bilinear", align_corners=False)
        loss = F.cross_entropy(logits, targets, ignore_index=ignore_index)
        optimizer.param_groups[0]["lr"] = lrs[-1]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * count
        n_correct += int((logits.argmax(dim=1) == targets)[labelled].sum())
        n_labelled += count
    return model, loss_sum / max(n_labelled, 1), n_correct / max(n_labelled, 1), lrs
