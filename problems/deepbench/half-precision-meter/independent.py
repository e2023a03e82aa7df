import torch


class LossMeter:
    def __init__(self) -> None:
        self._total = 0.0
        self._count = 0

    def update(self, losses: torch.Tensor) -> None:
        self._total += losses.detach().to(torch.float64).sum().item()
        self._count += losses.numel()

    def merge(self, total: float, count: int) -> None:
        self._total += float(total)
        self._count += int(count)

    @property
    def total(self) -> float:
        return self._total

    @property
    def count(self) -> int:
        return self._count

    def mean(self) -> float:
        return self._total / self._count if self._count else float("nan")
