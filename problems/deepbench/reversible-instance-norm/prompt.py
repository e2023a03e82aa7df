import torch
from torch import nn


class ReversibleInstanceNorm(nn.Module):
    """Normalises each series by its own mean and scale, and puts forecasts back on the series' scale.

    ``normalize`` computes, for each sample and feature, the mean m and the standard deviation
    ``s = sqrt(population variance + eps)`` over the observed time steps, remembers both, and returns
    ``(x - m) / s * weight + bias``. ``denormalize`` inverts this for other time steps of the same samples, with the
    m and s of the latest ``normalize``: ``(y - bias) / weight * s + m``.

    m and s count as constants in the backward pass: no gradient flows through them.

    ``weight`` (ones at first) and ``bias`` (zeros at first), both of shape (num_features,), are trainable parameters
    and the only entries of the state dict; ``weight`` is assumed not to contain 0.

    Args:
        num_features: number of features F.
        eps: added to the variance.
    """

    def __init__(self, num_features: int, eps: float = 1e-5) -> None: ...

    def normalize(self, x: torch.Tensor, observed: torch.Tensor | None = None) -> torch.Tensor:
        """Normalise (B, T, F), and remember the statistics for ``denormalize``.

        Only values where ``observed``, a bool tensor of shape (B, T, F), is True enter the statistics. The others
        may be anything, NaN and infinity included; they come out as exactly 0 and get a gradient of 0. A series
        without any observed value has m = 0 and s = 1. All steps are observed when ``observed`` is None.

        Series far from zero are normalised as exactly as others: values around 1e4 with a deviation of 1 lose no more
        than the rounding of x itself.

        Raises:
            ValueError: if the last dimension of ``x`` is not F, or ``observed`` has another shape than ``x``.
        """

    def denormalize(self, y: torch.Tensor) -> torch.Tensor:
        """From (B, H, F) to (B, H, F), any H; differentiable with respect to ``y``, ``weight`` and ``bias``.

        Raises:
            RuntimeError: if ``normalize`` was not called before.
            ValueError: if B or F differs from that of the latest ``normalize``.
        """
