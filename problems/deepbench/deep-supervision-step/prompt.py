import torch
from torch import nn


def deep_supervision_step(
    stages: nn.Sequential,
    heads: nn.ModuleList,
    images: torch.Tensor,
    targets: torch.Tensor,
    lr: float,
    decay: float = 0.5,
    ignore_index: int = 255,
) -> tuple[nn.Sequential, nn.ModuleList, list[float]]:
    """One step of plain SGD for a segmentation network that has a head behind each of its stages.

    The images go through the stages one after the other; each head turns what its stage gives into logits (B, K, h, w)
    of K classes.
    They are compared with targets of the same size, whose value at (i, j) is that of ``targets`` at
    (i * H // h, j * W // w). The loss of a head is the cross-entropy averaged over those of its pixels that are not
    ``ignore_index``; 0 if there are none.

    The loss of the step is the sum of the heads' losses, weighted: the last head has the weight 1, and each head before
    it ``decay`` times that of the head behind it. The weights are then divided by their sum.

    Args:
        stages: the stages. Not changed: a copy is trained, in training mode.
        heads: as many heads. Not changed either; their copy is trained along.
        images: float tensor (B, C, H, W).
        targets: int64 tensor (B, H, W), in [0, K) or ``ignore_index``.
        lr: learning rate.
        decay: > 0.
        ignore_index: the target of unlabelled pixels.

    Returns:
        The trained copies of stages and heads, in training mode, and the losses of the heads (not weighted) before the
        step, as floats.
    """
