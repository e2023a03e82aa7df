import torch


class VolumeDice:
    def __init__(self, num_classes: int) -> None:
        self._classes = torch.arange(1, num_classes)
        self._counts: dict[str, torch.Tensor] = {}

    def update(self, volumes: list[str], predictions: torch.Tensor, targets: torch.Tensor) -> None:
        for name, prediction, target in zip(volumes, predictions, targets):
            p = prediction.flatten() == self._classes[:, None]
            t = target.flatten() == self._classes[:, None]
            counts = torch.stack([(p & t).sum(dim=1), p.sum(dim=1) + t.sum(dim=1)])
            self._counts[name] = self._counts.get(name, 0) + counts

    def _scores(self, name: str) -> torch.Tensor:
        both, total = self._counts[name].double()
        return 2 * both / total

    def volume(self, name: str) -> list[float]:
        return self._scores(name).tolist()

    def compute(self) -> list[float]:
        scores = [self._scores(name) for name in self._counts]
        return torch.stack([torch.full((len(self._classes),), torch.nan).double(), *scores]).nanmean(dim=0).tolist()
