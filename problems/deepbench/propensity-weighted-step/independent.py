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
    new_users = users.detach().clone().requires_grad_()
    new_items = items.detach().clone().requires_grad_()
    weights = 1 / propensities.detach().clamp(min=floor)
    with torch.enable_grad():
        errors = (new_users[pairs[:, 0]] * new_items[pairs[:, 1]]).sum(dim=1) - ratings.detach()
        loss = (weights * errors**2).sum() / weights.sum()
    grad_users, grad_items = torch.autograd.grad(loss, (new_users, new_items))
    return new_users.detach() - lr * grad_users, new_items.detach() - lr * grad_items, loss.item()
