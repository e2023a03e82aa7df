import torch


def propensity_step(
    users: torch.Tensor,
    items: torch.Tensor,
    pairs: torch.Tensor,
    ratings: torch.Tensor,
    propensities: torch.Tensor,
    lr: float,
    floor: float = 0.05,
) -> tuple[torch.Tensor, torch.Tensor, float]:
    users, items = users.detach().requires_grad_(), items.detach().requires_grad_()
    error = (users[pairs[:, 0]] * items[pairs[:, 1]]).sum(dim=1) - ratings
    weight = 1 / propensities.clamp_min(floor)
    loss = (weight * error.square()).sum() / weight.sum()
    loss.backward()
    return users.detach() - lr * users.grad, items.detach() - lr * items.grad, loss.item()
