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
    """One SGD step of matrix factorisation that corrects for which ratings are seen at all.

    Row n of ``pairs`` is a user u and an item i; its error is ``users[u] . items[i] - ratings[n]`` and its weight is
    ``1 / max(propensities[n], floor)``. The loss is ``sum(weight * error**2) / sum(weight)``. Both tensors of factors
    make one step of plain SGD on it, from the same starting point.

    Args:
        users: float tensor (U, D).
        items: float tensor (I, D).
        pairs: int64 tensor (N, 2), N >= 1. A user or an item may occur in several rows: their gradients add up.
        ratings: float tensor (N,).
        propensities: float tensor (N,), probability that a rating is seen, in [0, 1].
        lr: learning rate.
        floor: least propensity to count with, > 0.

    Returns:
        New tensors of users and items, without autograd history, and the loss before the step, as a float. The
        arguments are not changed.
    """
