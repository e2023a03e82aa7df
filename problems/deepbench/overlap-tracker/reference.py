import numpy as np


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    overlap = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None).prod()
    return float(overlap / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - overlap))


class OverlapTracker:
    def __init__(self, min_iou: float, max_missed: int) -> None:
        self._min_iou = min_iou
        self._max_missed = max_missed
        self._boxes: dict[int, np.ndarray] = {}
        self._missed: dict[int, int] = {}
        self._next = 0

    def update(self, boxes: np.ndarray) -> list[int]:
        pairs = []
        for track, last in self._boxes.items():
            for index, box in enumerate(boxes):
                iou = _iou(last, box)
                if iou >= self._min_iou:
                    pairs.append((-iou, track, index))
        matched: dict[int, int] = {}
        for _, track, index in sorted(pairs):
            if index not in matched and track not in matched.values():
                matched[index] = track
        for index in range(len(boxes)):
            if index not in matched:
                matched[index] = self._next
                self._next += 1
        for track in list(self._boxes):
            self._missed[track] += 1
            if track not in matched.values() and self._missed[track] > self._max_missed:
                del self._boxes[track]
        for index, track in matched.items():
            self._boxes[track] = boxes[index]
            self._missed[track] = 0
        return [matched[index] for index in range(len(boxes))]

    def alive(self) -> list[int]:
        return sorted(self._boxes)
