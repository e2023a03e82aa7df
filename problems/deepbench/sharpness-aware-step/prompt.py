import torch
from torch import nn


def sam_step(
    model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, lr: float, radius: float
) -> tuple[nn.Module, float, float]:
    """One step of sharpness-aware minimisation of the mean squared error of a network.

    With g the gradient of the loss and |g| its norm over all trained parameters together, the loss is taken once more
    where each parameter is moved by ``radius * g / |g|`` (by nothing if the norm is 0). The step is one of plain SGD
    from where the parameters **were**, with the gradient that is found there.

    Both passes are made in training mode, but only the first counts for the buffers of the model, such as statistics of
    batch normalisation: they end as one pass leaves them. Parameters that require no gradient are neither moved nor
    trained, and do not count in the norm.

    Args:
        model: maps inputs (B, F) to (B, K); has no dropout. Not changed: a copy is trained.
        inputs: float tensor (B, F).
        targets: float tensor (B, K); the loss is averaged over all its values.
        lr: learning rate.
        radius: >= 0.

    Returns:
        The trained copy, in training mode; and the losses of the first and of the second pass, as floats.
    """
