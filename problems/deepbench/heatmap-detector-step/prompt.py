import torch
from torch import nn


def heatmap_step(
    model: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]],
    lr: float,
    size_weight: float = 0.1,
) -> tuple[nn.Module, float, float]:
    """One step of plain SGD of a detector of object centres, over micro-batches that do not fit into memory together.

    The network gives C + 2 channels at each place: the logits of C heat maps, one for each class, then a width and a
    height. With y the wanted heat of a class at a place and p the sigmoid of its logit, the heat loss is

        ``-(1 - p)**2 * log(p)``                  where y is 1, a centre,
        ``-(1 - y)**4 * p**2 * log(1 - p)``       elsewhere,

    summed over everything and divided by N, the number of centres, a centre being one class at one place. The size loss
    is the sum over the centres of ``|width - wanted| + |height - wanted|`` at the place of the centre, also divided by
    N. (Two classes may have a centre at the same place, which then counts twice.) The loss of the step is heat loss plus
    ``size_weight`` times size loss.

    All sums and N go over **all** micro-batches, so that the step is the one that a single large batch would make. If
    there is no centre at all, N is 1. Logits may be as large as 1e4 in magnitude; losses and gradients stay finite.

    Args:
        model: maps images (B, 3, H, W) to (B, C + 2, h, w); it has no layer that looks at other images. Not changed: a
            copy is trained, in training mode.
        batches: at least one; images (B, 3, H, W), wanted heat (B, C, h, w) in [0, 1], and wanted sizes (B, 2, h, w),
            which mean nothing away from centres (they may be NaN there). B may differ.
        lr: learning rate.
        size_weight: >= 0.

    Returns:
        The trained copy, in training mode, and the heat loss and the size loss before the step, as floats.
    """
