import torch


def _iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    a, b = a.detach().double(), b.detach().double()
    low = torch.maximum(a[:, None, :2], b[None, :, :2])
    high = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(dim=-1)
    area_a = (a[:, 2:] - a[:, :2]).prod(dim=-1)
    area_b = (b[:, 2:] - b[:, :2]).prod(dim=-1)
    return shared / (area_a[:, None] + area_b[None, :] - shared)


class AverageRecall:
    def __init__(self, max_proposals: int = 100, thresholds: tuple[float, ...] = (0.5, 0.75)) -> None:
        self.max_proposals = max_proposals
        self.thresholds = tuple(thresholds)
        self._taken = torch.zeros(len(self.thresholds), dtype=torch.int64)
        self._objects = 0

    def update(self, proposals: torch.Tensor, scores: torch.Tensor, objects: torch.Tensor) -> None:
        n_objects = len(objects)
        self._objects += n_objects
        if n_objects == 0 or len(proposals) == 0:
            return
        order = torch.sort(scores.detach(), descending=True, stable=True).indices[: self.max_proposals]
        ious = _iou(proposals[order], objects).tolist()
        for k, threshold in enumerate(self.thresholds):
            taken = [False] * n_objects
            for row in ious:
                best = -1
                for g, iou in enumerate(row):
                    if not taken[g] and iou >= threshold and (best < 0 or iou > row[best]):
                        best = g
                if best >= 0:
                    taken[best] = True
            self._taken[k] += sum(taken)

    def state(self) -> dict:
        return {"taken": self._taken.clone(), "objects": self._objects}

    def merge(self, state: dict) -> None:
        self._taken = self._taken + state["taken"]
        self._objects += int(state["objects"])

    def compute(self) -> tuple[float, list[float]]:
        if self._objects == 0:
            return float("nan"), [float("nan")] * len(self.thresholds)
        recalls = [taken / self._objects for taken in self._taken.tolist()]
        return sum(recalls) / len(recalls) if recalls else float("nan"), recalls
