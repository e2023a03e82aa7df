import copy

import torch
import torch.nn.functional as F
from torch import nn


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
    users, items = (tensor.detach().requires_grad_() for tensor in (users, items))
    distinct, where = pairs[:, 1].unique(return_inverse=True)
    looks = encoder(pictures[distinct])[where]
    vectors = items[pairs[:, 1]] * ~dropped[:, None] + looks
    scores = (users[pairs[:, 0]] * vectors).sum(dim=1)
    loss = F.binary_cross_entropy_with_logits(scores, clicked.to(scores.dtype))
    weights = list(encoder.parameters())
    d_users, d_items, *gradients = torch.autograd.grad(loss, [users, items, *weights])
    with torch.no_grad():
        for weight, gradient in zip(weights, gradients):
            weight -= lr * gradient
    return encoder, users.detach() - lr * d_users, items.detach() - lr * d_items, loss.item()
