import torch
from torch import nn


def train_epoch(
    model: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    base_lr: float,
    power: float,
    first_step: int,
    total_steps: int,
    ignore_index: int = 255,
) -> tuple[nn.Module, float, float, list[float]]:
    """Train a semantic segmentation network for one epoch, with a polynomial learning rate.

    Each batch is one step of plain SGD (no momentum, no decay), in the order given, with the model in training mode, on
    the cross-entropy averaged over the labelled pixels of the batch, those whose target is not ``ignore_index``.

    * The network may give logits at a lower resolution than its input. They are enlarged to the size of the targets,
      bilinear with ``align_corners=False``, before anything is computed from them.
    * Batch k of the epoch (k = 0, 1, ...) is step ``s = first_step + k`` of the whole training and has the learning
      rate ``base_lr * (1 - s / total_steps) ** power``, or 0 from ``s = total_steps`` on.
    * A batch without any labelled pixel is passed over: the model does not see it and does not change. It still counts
      as a step of the schedule.

    Args:
        model: maps images (B, 3, H, W) to logits (B, C, h, w). Not changed: a copy is trained.
        batches: images (B, 3, H, W) and int64 targets (B, H, W), with values in [0, C) or ``ignore_index``; B, H and W
            may differ between batches.
        base_lr: learning rate at step 0.
        power: exponent of the schedule, > 0.
        first_step: number of steps done in earlier epochs.
        total_steps: number of steps of the whole training, >= 1.
        ignore_index: the target of unlabelled pixels.

    Returns:
        model: the trained copy, in training mode.
        loss: mean cross-entropy over all labelled pixels of the epoch, every pixel with the same weight, measured
            before each batch's step. 0.0 if there is none.
        accuracy: fraction of these pixels where the largest of the same logits is that of the target. 0.0 if there is
            none.
        lrs: the learning rate of each batch, those passed over included.
    """
