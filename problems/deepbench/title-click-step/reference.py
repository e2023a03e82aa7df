import copy

import torch
import torch.nn.functional as F
from torch import nn


def click_step(
    encoder: nn.Module,
    history: torch.Tensor,
    n_read: torch.Tensor,
    shown: torch.Tensor,
    n_shown: torch.Tensor,
    clicked: torch.Tensor,
    lr: float,
) -> tuple[nn.Module, float, float]:
    encoder = copy.deepcopy(encoder)
    read = (torch.arange(history.shape[1]) < n_read[:, None]).unsqueeze(2)
    past = encoder(history.flatten(0, 1)).unflatten(0, history.shape[:2])
    users = (past * read).sum(dim=1) / n_read.clamp_min(1)[:, None]
    titles = encoder(shown.flatten(0, 1)).unflatten(0, shown.shape[:2])
    scores = (titles @ users[:, :, None]).squeeze(2)
    scores = scores.masked_fill(torch.arange(shown.shape[1]) >= n_shown[:, None], -torch.inf)
    loss = F.cross_entropy(scores, clicked)
    parameters = list(encoder.parameters())
    with torch.no_grad():
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter -= lr * gradient
    best = scores.gather(1, clicked[:, None])
    first = (scores >= best).sum(dim=1) == 1
    return encoder, loss.item(), first.double().mean().item()
