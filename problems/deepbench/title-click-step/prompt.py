import torch
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
    """One step of plain SGD of a news recommender that knows articles by their titles.

    A user's vector is the mean of the encoded titles that they have read, the first ``n_read[b]`` of row b of
    ``history``; for a user who has read nothing it is 0. Of the titles shown to them, the first ``n_shown[b]`` of row b
    of ``shown``, they clicked the one at ``clicked[b]``. The score of a title is the dot product of its encoding and
    the user's vector, and the loss is the negative log-probability of the clicked one under a softmax of the scores of
    the titles shown, averaged over the users. Titles behind ``n_read`` and ``n_shown`` have no influence.

    Args:
        encoder: maps titles (M, T), int64, to vectors (M, D), each on its own; it has no dropout. Not changed: a copy
            is trained.
        history: int64 tensor (B, R, T).
        n_read: int64 tensor (B,), in [0, R].
        shown: int64 tensor (B, S, T).
        n_shown: int64 tensor (B,), in [1, S].
        clicked: int64 tensor (B,), ``clicked[b]`` in [0, n_shown[b]).
        lr: learning rate.

    Returns:
        The trained copy; the loss before the step, as a float; and the fraction of users whose clicked title has a
        higher score than every other one shown to them (before the step), as a float. A title shown alone counts.
    """
