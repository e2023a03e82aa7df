import torch
import torch.nn.functional as F


def bpr_epoch(
    user_factors: torch.Tensor,
    item_factors: torch.Tensor,
    item_bias: torch.Tensor,
    triples: torch.Tensor,
    lr: float,
    reg: float,
    batch_size: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, float]:
    parameters = [tensor.detach().clone() for tensor in (user_factors, item_factors, item_bias)]
    total = 0.0
    for start in range(0, len(triples), batch_size):
        users, liked, other = triples[start : start + batch_size].unbind(dim=1)
        user_factors, item_factors, item_bias = (p.requires_grad_() for p in parameters)
        # Indexing sums the gradients of repeated rows, which an assignment to indexed rows would not.
        u, i, j = user_factors[users], item_factors[liked], item_factors[other]
        x = (u * (i - j)).sum(dim=1) + item_bias[liked] - item_bias[other]
        penalty = reg / 2 * (u.square() + i.square() + j.square()).sum(dim=1)
        loss = (penalty - F.logsigmoid(x)).mean()
        gradients = torch.autograd.grad(loss, parameters)
        parameters = [p.detach() - lr * gradient for p, gradient in zip(parameters, gradients)]
        total += loss.item() * len(users)
    return *parameters, total / max(len(triples), 1)
