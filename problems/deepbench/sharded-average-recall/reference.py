import torch


class AverageRecall:
    def __init__(self, max_proposals: int = 100, thresholds: tuple[float, ...] = (0.5, 0.75)) -> None:
        self._max_proposals, self._thresholds = max_proposals, thresholds
        self._taken = torch.zeros(len(thresholds), dtype=torch.int64)
        self._objects = 0

    def update(self, proposals: torch.Tensor, scores: torch.Tensor, objects: torch.Tensor) -> None:
        order = scores.sort(descending=True, stable=True).indices[: self._max_proposals]
        iou = _pairwise_iou(proposals[order], objects)
        taken = torch.zeros(len(self._thresholds), dtype=torch.int64)
        for i, threshold in enumerate(self._thresholds):
            left = iou.clone()
            for row in left if len(objects) else ():
                best = int(row.argmax())
                if row[best] >= threshold:
                    taken[i] += 1
                    left[:, best] = -1
        self.merge({"taken": taken, "objects": len(objects)})

    def state(self) -> dict:
        return {"taken": self._taken, "objects": self._objects}

    def merge(self, state: dict) -> None:
        self._taken = self._taken + state["taken"]
        self._objects += state["objects"]

    def compute(self) -> tuple[float, list[float]]:
        recalls = self._taken.double() / self._objects
        return recalls.mean().item(), recalls.tolist()


def _pairwise_iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    sides = torch.minimum(a[:, None, 2:], b[:, 2:]) - torch.maximum(a[:, None, :2], b[:, :2])
    overlap = sides.clamp_min(0).prod(dim=2)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(dim=1), (b[:, 2:] - b[:, :2]).prod(dim=1)
    return overlap / (area_a[:, None] + area_b - overlap)
