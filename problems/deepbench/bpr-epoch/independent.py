import torch
from torch.nn import functional as F


@torch.no_grad()
def bpr_epoch(
    user_factors: torch.Tensor,
    item_factors: torch.Tensor,
    item_bias: torch.Tensor,
    triples: torch.Tensor,
    lr: float,
    reg: float,
    batch_size: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, float]:
    users = user_factors.detach().clone()
    items = item_factors.detach().clone()
    bias = item_bias.detach().clone()
    m = triples.shape[0]
    total = 0.0
    for begin in range(0, m, batch_size):
        u, i, j = triples[begin : begin + batch_size].unbind(1)
        n = u.shape[0]
        pu, qi, qj = users[u], items[i], items[j]  # copies, all at the parameters before the step
        x = (pu * (qi - qj)).sum(1) + (bias[i] - bias[j])
        squares = (pu**2).sum(1) + (qi**2).sum(1) + (qj**2).sum(1)
        total += float((F.softplus(-x).double() + reg / 2 * squares.double()).sum())

        g = -torch.sigmoid(-x)  # derivative of -log(sigmoid(x))
        gc = g.unsqueeze(1)
        step = -lr / n
        users.index_add_(0, u, step * (gc * (qi - qj) + reg * pu))
        items.index_add_(0, i, step * (gc * pu + reg * qi))
        items.index_add_(0, j, step * (-gc * pu + reg * qj))
        bias.index_add_(0, i, step * g)
        bias.index_add_(0, j, -step * g)
    return users, items, bias, (total / m if m else 0.0)
