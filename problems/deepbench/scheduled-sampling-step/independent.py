import copy
import math

import torch
from torch import nn


def teacher_probability(step: int, k: float) -> float:
    try:
        z = step / k - math.log(k)  # the probability is 1 / (1 + exp(z))
    except OverflowError:  # an int greater than any float
        return 0.0
    if z > 0:
        e = math.exp(-z)
        return e / (1.0 + e)
    return 1.0 / (1.0 + math.exp(z))


def sampled_step(
    cell: nn.GRUCell,
    head: nn.Linear,
    history: torch.Tensor,
    targets: torch.Tensor,
    teacher: torch.Tensor,
    lr: float,
) -> tuple[nn.GRUCell, nn.Linear, torch.Tensor, float]:
    cell, head = copy.deepcopy(cell), copy.deepcopy(head)
    history, targets = history.detach(), targets.detach()
    present = ~torch.isnan(targets)
    known = torch.where(present, targets, torch.zeros_like(targets))
    with torch.enable_grad():
        state = history.new_zeros(history.shape[0], cell.hidden_size)
        for t in range(history.shape[1]):
            state = cell(history[:, t : t + 1], state)
        predictions = [head(state).squeeze(1)]
        for h in range(1, targets.shape[1]):
            use_target = teacher[:, h - 1] & present[:, h - 1]
            read = torch.where(use_target, known[:, h - 1], predictions[-1].detach())
            state = cell(read.unsqueeze(1), state)
            predictions.append(head(state).squeeze(1))
        predicted = torch.stack(predictions, dim=1)
        error = (predicted - known).masked_fill(~present, 0.0)
        loss = (error**2).sum() / present.sum()
    params = [p for p in [*cell.parameters(), *head.parameters()] if p.requires_grad]
    if params:
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        with torch.no_grad():
            for p, g in zip(params, grads):
                if g is not None:
                    p.sub_(lr * g)
    return cell, head, predicted.detach(), float(loss.detach())
