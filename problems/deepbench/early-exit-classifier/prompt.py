import torch
from torch import nn


def early_exit(
    blocks: list[nn.Module], heads: list[nn.Module], x: torch.Tensor, threshold: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Classify rows with a network in which easy rows leave early.

    Stage s feeds the rows that are still inside, in their order, through ``blocks[s]``, and the block's output through
    ``heads[s]``, which gives logits. A row whose greatest softmax probability is at least ``threshold`` leaves there,
    with that probability and its class (of equal ones the lowest). The others go on with the block's output. All rows
    left leave at the last stage. Rows that have left are not computed any further, and a stage that no row reaches is
    not called.

    The modules predict in evaluation mode and without gradients.

    Args:
        blocks: S >= 1 modules, (B, D_in) to (B, D_out) each.
        heads: S modules, (B, D_out) to (B, K).
        x: float32 tensor (N, D), N >= 1, not changed.
        threshold: of the probability.

    Returns:
        For every row its class, int64 (N,), its probability, float32 (N,), and the stage where it left, int64 (N,).
    """
