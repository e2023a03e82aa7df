import torch


class LossMeter:
    def __init__(self) -> None:
        self._total, self._count = 0.0, 0

    def update(self, losses: torch.Tensor) -> None:
        self.merge(losses.double().sum().item(), losses.numel())

    def merge(self, total: float, count: int) -> None:
        self._total += total
        self._count += count

    @property
    def total(self) -> float:
        return self._total

    @property
    def count(self) -> int:
        return self._count

    def mean(self) -> float:
        return self._total / self._count if self._count else float("nan")
