import torch
from torch import nn


class QuantileHead(nn.Module):
    """Linear output layer that predicts several quantiles of one number, in ascending order by construction.

    The layer ``linear``, an ``nn.Linear`` with default initialisation and the only part with parameters, gives one
    number per quantile. The first is the prediction for the lowest quantile. Each prediction after that is the one
    before plus the softplus of the layer's number in its place.

    Args:
        in_features: size of the input.
        quantiles: the Q >= 1 quantiles to predict, within (0, 1) and strictly increasing.

    Raises:
        ValueError: if ``quantiles`` is empty, not strictly increasing, or has a value outside (0, 1).
    """

    def __init__(self, in_features: int, quantiles: list[float]) -> None: ...

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From (N, in_features) to (N, Q)."""


def pinball_loss(predictions: torch.Tensor, targets: torch.Tensor, quantiles: list[float]) -> torch.Tensor:
    """Mean pinball loss of quantile predictions, over the samples whose target is known.

    For target y, prediction p and quantile q the loss is ``q * (y - p)`` if ``y >= p`` and ``(1 - q) * (p - y)``
    otherwise. It is averaged over the quantiles and over the samples. A NaN target is a missing one: its sample
    does not count, neither in the sum nor in the number of samples, and its predictions get zero gradients. If no
    target is known (or there are no samples), the loss is 0, still differentiable, with zero gradients.

    Args:
        predictions: finite float tensor of shape (N, Q).
        targets: tensor of shape (N,), of the dtype of ``predictions``; NaN where unknown.
        quantiles: the Q quantiles, in the order of the columns.

    Returns:
        A scalar tensor (shape ()).

    Raises:
        ValueError: if the shapes don't fit. In particular, ``targets`` of shape (N, 1) are refused.
    """
