import copy

import torch
from torch import nn


def train_truncated(
    rnn: nn.GRU,
    head: nn.Linear,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    chunk: int,
    lr: float,
) -> tuple[nn.GRU, nn.Linear, torch.Tensor, float]:
    if chunk < 1:
        raise ValueError("chunk must be at least 1")
    rnn, head = copy.deepcopy(rnn), copy.deepcopy(head)
    optimizer = torch.optim.SGD([*rnn.parameters(), *head.parameters()], lr=lr)
    state, total, n_total = None, 0.0, 0
    for x, y in zip(inputs.split(chunk, dim=1), targets.split(chunk, dim=1)):
        hidden, state = rnn(x, state)
        state = state.detach()
        observed = ~y.isnan()
        count = int(observed.sum())
        if not count:
            continue
        squared = (head(hidden)[observed] - y[observed]).square().sum()
        optimizer.zero_grad()
        (squared / count).backward()
        optimizer.step()
        total, n_total = total + squared.item(), n_total + count
    return rnn, head, state, total / max(n_total, 1)
