import torch
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
    """One SGD step of a recommender that must also rank new items, of which there is only a picture.

    The vector of an item is ``items[i]``, learnt for its id, plus what the encoder makes of its picture. For the rows
    that are ``dropped``, the id's part is left out (it counts as zeros, and the other rows are not scaled up for it).
    The score of a row (u, i) of ``pairs`` is the dot product of ``users[u]`` with the item's vector; the loss is the
    binary cross-entropy of the score (a logit) with ``clicked``, averaged over the rows. Encoder, users and items make
    one step of plain SGD on it, all from the same starting point.

    The encoder sees each **different** item of the pairs once, in ascending order of i, in one batch, in training mode
    (it may contain batch normalisation).

    Args:
        encoder: maps pictures (B, C, H, W) to (B, D). Not changed: a copy is trained.
        users, items: float tensors (U, D) and (I, D).
        pictures: float tensor (I, C, H, W), a picture of each item.
        pairs: int64 tensor (N, 2), N >= 1.
        clicked, dropped: bool tensors (N,).
        lr: learning rate.

    Returns:
        The trained encoder, in training mode; new tensors of users and items, without autograd history; and the loss
        before the step, as a float. The arguments are not changed.
    """
