import torch


def soft_dice_loss(logits: torch.Tensor, targets: torch.Tensor, ignore_index: int = 255) -> torch.Tensor:
    """Soft Dice loss of a semantic segmentation, from raw logits.

    With p the softmax over the classes and t the one-hot target, the Dice score of class c is
    ``2 * sum(p_c * t_c) / (sum(p_c) + sum(t_c))``. The sums run over all pixels of the whole batch together,
    without those whose target is ``ignore_index``: these count nowhere, whatever their logits, as long as they
    are finite. No smoothing term is added.

    The loss is the mean of ``1 - score`` over the classes that occur among the targets; classes without a single
    target pixel are left out of the mean. If all pixels are ignored (or the batch has none), the loss is 0, still
    differentiable, with zero gradients.

    For float16 and bfloat16 logits everything is computed in float32, and the loss is float32.

    Args:
        logits: float tensor of shape (B, C, H, W).
        targets: int64 tensor of shape (B, H, W); each value is in [0, C) or is ``ignore_index``.
        ignore_index: the value of pixels to leave out; it may be negative, or lie in [0, C).

    Returns:
        A scalar tensor (shape ()), float64 for float64 logits and float32 otherwise.

    Raises:
        ValueError: if the shapes don't fit together, or a target is neither in [0, C) nor ``ignore_index``.
    """
