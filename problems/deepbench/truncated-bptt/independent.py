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
    rnn, head = copy.deepcopy((rnn, head))
    parameters = [*rnn.parameters(), *head.parameters()]
    for p in parameters:
        p.grad = None

    state = None
    squared_error = 0.0
    n_observed = 0
    with torch.enable_grad():
        for start in range(0, inputs.shape[1], chunk):
            wanted = targets[:, start : start + chunk]
            hidden, state = rnn(inputs[:, start : start + chunk].detach(), state)
            state = state.detach()
            observed = ~torch.isnan(wanted)
            n = int(observed.sum())
            if n == 0:
                continue
            total = (head(hidden)[observed] - wanted[observed]).square().sum()
            squared_error += total.item()
            n_observed += n
            if total.requires_grad:
                (total / n).backward()
            with torch.no_grad():
                for p in parameters:
                    if p.grad is not None:
                        p.sub_(p.grad, alpha=lr)
                        p.grad = None

    return rnn, head, state.detach(), squared_error / n_observed if n_observed else 0.0
