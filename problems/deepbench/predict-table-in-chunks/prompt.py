import torch
from torch import nn


def predict_table(
    model: nn.Module, rows: torch.Tensor, mean: float, std: float, chunk_size: int
) -> torch.Tensor:
    """Predict the target for every row of a table that is too long for one forward pass.

    The model was trained on the scaled target (target - mean) / std, and the result is in the target's own units.
    Each forward pass gets at most ``chunk_size`` rows. The model predicts in evaluation mode and without gradients;
    afterwards it is in the mode it was in before. A row's prediction does not depend on the other rows.

    Args:
        model: maps (B, F) to (B, 1). All its modules are in the same mode.
        rows: float tensor (N, F), N >= 1.
        mean: of the target.
        std: of the target.
        chunk_size: at least 1.

    Returns:
        float tensor (N,), which does not require gradients.
    """
