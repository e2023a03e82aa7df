import numpy as np


def _pairwise_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    intersection = np.prod(np.clip(bottom_right - top_left, 0, None), axis=2)
    area_a = np.prod(a[:, 2:] - a[:, :2], axis=1)
    area_b = np.prod(b[:, 2:] - b[:, :2], axis=1)
    return intersection / (area_a[:, None] + area_b[None, :] - intersection)


class OverlapTracker:
    def __init__(self, min_iou: float, max_missed: int) -> None:
        self.min_iou = min_iou
        self.max_missed = max_missed
        self._boxes: dict[int, np.ndarray] = {}  # of the living tracks, by ascending identity
        self._missed: dict[int, int] = {}
        self._next = 0

    def update(self, boxes: np.ndarray) -> list[int]:
        boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        n = len(boxes)
        identities = list(self._boxes)
        result: list[int | None] = [None] * n

        matched = set()
        if identities and n:
            iou = _pairwise_iou(np.stack([self._boxes[i] for i in identities]), boxes)
            pairs = [(-iou[t, d], identities[t], d) for t, d in np.argwhere(iou >= self.min_iou).tolist()]
            for _, identity, d in sorted(pairs):
                if identity not in matched and result[d] is None:
                    matched.add(identity)
                    result[d] = identity
                    self._boxes[identity] = boxes[d].copy()
                    self._missed[identity] = 0

        for identity in identities:
            if identity not in matched:
                self._missed[identity] += 1
                if self._missed[identity] > self.max_missed:
                    del self._boxes[identity], self._missed[identity]

        for d in range(n):
            if result[d] is None:
                result[d] = self._next
                self._boxes[self._next] = boxes[d].copy()
                self._missed[self._next] = 0
                self._next += 1
        return result

    def alive(self) -> list[int]:
        return sorted(self._boxes)
