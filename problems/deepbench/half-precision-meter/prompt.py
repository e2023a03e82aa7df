import torch


class LossMeter:
    """The mean of per-sample losses over a data set whose batches are in half precision.

    Every sample weighs the same, whatever batch it is in. Sums are held in float64: they may exceed what float16 can
    hold (65,504), and must not lose small losses beside large sums.
    """

    def __init__(self) -> None: ...

    def update(self, losses: torch.Tensor) -> None:
        """Add a batch of losses: a tensor of any shape, also empty, float16, bfloat16 or float32. Not changed."""

    def merge(self, total: float, count: int) -> None:
        """Add what another worker has: the :attr:`total` and :attr:`count` of its meter."""

    @property
    def total(self) -> float:
        """Sum of all losses so far."""

    @property
    def count(self) -> int:
        """Number of losses so far."""

    def mean(self) -> float:
        """Mean loss so far; NaN without any loss."""
