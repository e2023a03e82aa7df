import copy

import torch
from torch import nn
from torch.nn import functional as F


def cold_start_step(
    encoder: nn.Module,
    users: torch.Tensor,
    items: torch.Tensor,
    pictures: torch.Tensor,
    pairs: torch.Tensor,
    clicked: torch.Tensor,
    dropped: torch.Tensor,
    lr: float,
) -> tuple[nn.Module, torch.Tensor, torch.Tensor, float]:
    encoder = copy.deepcopy(encoder).train()
    users = users.detach().clone().requires_grad_()
    items = items.detach().clone().requires_grad_()
    optimizer = torch.optim.SGD([*encoder.parameters(), users, items], lr=lr)
    optimizer.zero_grad(set_to_none=True)

    different, place = torch.unique(pairs[:, 1], sorted=True, return_inverse=True)
    with torch.enable_grad():
        content = encoder(pictures[different])[place]
        by_id = items[pairs[:, 1]].masked_fill(dropped.unsqueeze(1), 0.0)
        scores = (users[pairs[:, 0]] * (by_id + content)).sum(dim=1)
        loss = F.binary_cross_entropy_with_logits(scores, clicked.to(scores.dtype))
        loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return encoder, users.detach(), items.detach(), loss.item()
