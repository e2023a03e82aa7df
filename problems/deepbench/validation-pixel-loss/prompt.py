import torch
from torch.nn import functional as F


def pixel_loss(batches: list[tuple[torch.Tensor, torch.Tensor]], ignore_index: int = 255) -> float:
    """Mean cross-entropy over the labelled pixels of a whole data set.

    Every pixel whose target is not ``ignore_index`` has the same weight, whatever image or batch it is in; a batch may
    have no such pixel at all.

    Args:
        batches: (logits float (B, C, H, W), targets int64 (B, H, W)), of any sizes. Not changed.
        ignore_index: target of pixels without a label.

    Returns:
        The mean as a float; NaN if no pixel has a label.
    """
