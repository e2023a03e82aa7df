import math

import torch


class VolumeDice:
    def __init__(self, num_classes: int) -> None:
        self.num_classes = num_classes
        self._counts: dict[str, torch.Tensor] = {}  # name -> (2, C): |P and T| and |P| + |T|

    @torch.no_grad()
    def update(self, volumes: list[str], predictions: torch.Tensor, targets: torch.Tensor) -> None:
        c = self.num_classes
        for name, prediction, target in zip(volumes, predictions, targets):
            p = prediction.reshape(-1).long().cpu()
            t = target.reshape(-1).long().cpu()
            both = torch.bincount(p[p == t], minlength=c)
            sizes = torch.bincount(p, minlength=c) + torch.bincount(t, minlength=c)
            counts = torch.stack([both, sizes])
            if name in self._counts:
                counts = counts + self._counts[name]
            self._counts[name] = counts

    def volume(self, name: str) -> list[float]:
        both, sizes = self._counts[name].tolist()
        return [2 * b / s if s else math.nan for b, s in zip(both[1:], sizes[1:])]

    def compute(self) -> list[float]:
        scores = [self.volume(name) for name in self._counts]
        result = []
        for k in range(self.num_classes - 1):
            known = [row[k] for row in scores if not math.isnan(row[k])]
            result.append(sum(known) / len(known) if known else math.nan)
        return result
