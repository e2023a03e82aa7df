import copy
import math

import torch
from torch import nn


def teacher_probability(step: int, k: float) -> float:
    # k / (k + e^z) is the sigmoid of log(k) - z.
    return torch.sigmoid(torch.tensor(math.log(k) - step / k, dtype=torch.float64)).item()


def sampled_step(
    cell: nn.GRUCell,
    head: nn.Linear,
    history: torch.Tensor,
    targets: torch.Tensor,
    teacher: torch.Tensor,
    lr: float,
) -> tuple[nn.GRUCell, nn.Linear, torch.Tensor, float]:
    cell, head = copy.deepcopy(cell), copy.deepcopy(head)
    state = None
    for value in history.unbind(dim=1):
        state = cell(value[:, None], state)
    predictions = [head(state)]
    for true, forced in zip(targets.unbind(dim=1), teacher.unbind(dim=1)):
        fed = torch.where(forced & ~true.isnan(), true, predictions[-1].detach().squeeze(1))
        state = cell(fed[:, None], state)
        predictions.append(head(state))
    predicted = torch.cat(predictions, dim=1)
    observed = ~targets.isnan()
    loss = (predicted[observed] - targets[observed]).square().mean()
    parameters = [*cell.parameters(), *head.parameters()]
    with torch.no_grad():
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter -= lr * gradient
    return cell, head, predicted.detach(), loss.item()
