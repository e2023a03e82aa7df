import torch
from torch import nn


def boundary_step(
    model: nn.Module,
    characters: torch.Tensor,
    lengths: torch.Tensor,
    ends: torch.Tensor,
    lr: float,
    max_norm: float,
) -> tuple[nn.Module, float, float]:
    """One step of plain SGD of a network that cuts text without spaces into words.

    For each character, the network gives the logit that a word ends behind it. The loss is the binary cross-entropy,
    averaged over the real characters of the batch (the first ``lengths[b]`` of row b); padding has no influence.
    Word ends are rarer than the rest: with P real characters that are ends and N that are not, the cross-entropy of an
    end is multiplied by N / P (by 1 if P or N is 0).

    Before the step, the gradients are clipped: if their norm, over all parameters together, is greater than
    ``max_norm``, they are all multiplied by ``max_norm / norm``.

    Args:
        model: maps characters (B, T) to logits (B, T, 1), each row on its own. Not changed: a copy is trained, in
            training mode.
        characters: int64 tensor (B, T).
        lengths: int64 tensor (B,), in [0, T], not all 0.
        ends: bool tensor (B, T); it means nothing in the padding.
        lr: learning rate.
        max_norm: > 0.

    Returns:
        The trained copy, in training mode; the loss before the step; and the norm of the gradients before clipping,
        both as floats.
    """
