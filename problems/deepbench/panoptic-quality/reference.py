import numpy as np


class PanopticQuality:
    def __init__(self) -> None:
        # Per category: sum of IoU, true positives, false positives, false negatives.
        self._counts: dict[int, np.ndarray] = {}

    def _add(self, category: int, counts: list[float]) -> None:
        self._counts[category] = self._counts.get(category, np.zeros(4)) + counts

    def update(
        self, predicted: np.ndarray, predicted_segments: dict[int, int], true: np.ndarray, true_segments: dict[int, int]
    ) -> None:
        matched = set()
        for i, category in predicted_segments.items():
            area = np.sum(predicted == i)
            void = np.sum((predicted == i) & (true == 0))
            found = False
            for j, true_category in true_segments.items():
                overlap = np.sum((predicted == i) & (true == j))
                union = area - void + np.sum(true == j) - overlap
                if true_category == category and 2 * overlap > union:
                    self._add(category, [overlap / union, 1, 0, 0])
                    matched.add(j)
                    found = True
            if not found and 2 * void <= area:
                self._add(category, [0, 0, 1, 0])
        for j, category in true_segments.items():
            if j not in matched:
                self._add(category, [0, 0, 0, 1])

    def compute(self) -> dict:
        categories = {}
        for category, (iou, tp, fp, fn) in self._counts.items():
            sq, rq = float(iou / max(1, tp)), float(tp / (tp + fp / 2 + fn / 2))
            categories[category] = {"pq": sq * rq, "sq": sq, "rq": rq}
        values = [entry["pq"] for entry in categories.values()]
        return {"categories": categories, "pq": sum(values) / len(values) if values else float("nan")}
