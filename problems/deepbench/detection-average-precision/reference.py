import numpy as np


def _pairwise_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    sides = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    overlap = sides.clip(0).prod(axis=2)
    area_a, area_b = ((boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a, b))
    return overlap / (area_a[:, None] + area_b[None, :] - overlap)


def _one_class(
    detections: list[dict[str, np.ndarray]], truths: list[dict[str, np.ndarray]], label: int, threshold: float
) -> float:
    queue = []
    open_objects = []
    ious = []
    for image, (found, truth) in enumerate(zip(detections, truths)):
        rows, objects = np.flatnonzero(found["labels"] == label), np.flatnonzero(truth["labels"] == label)
        queue += [(-found["scores"][row], image, i) for i, row in enumerate(rows)]
        ious.append(_pairwise_iou(found["boxes"][rows], truth["boxes"][objects]))
        open_objects.append(~truth["ignore"][objects])
    total = sum(int(free.sum()) for free in open_objects)
    ignored = [~free for free in open_objects]

    hits = []
    for _, image, i in sorted(queue):
        iou, free = ious[image][i], open_objects[image]
        candidates = np.where(free, iou, -1.0)
        if len(free) and candidates.max() >= threshold:
            free[candidates.argmax()] = False
            hits.append(True)
        elif not (iou[ignored[image]] >= threshold).any():
            hits.append(False)
    if not hits:
        return 0.0
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    return float(best_from_here[hits].sum() / total)


def average_precision(
    detections: list[dict[str, np.ndarray]],
    truths: list[dict[str, np.ndarray]],
    iou_thresholds: tuple[float, ...] = (0.5, 0.75),
) -> dict:
    if len(detections) != len(truths):
        raise ValueError("detections and truths differ in length")
    labels = {int(label) for truth in truths for label in truth["labels"][~truth["ignore"]]}
    ap = {
        label: [_one_class(detections, truths, label, threshold) for threshold in iou_thresholds]
        for label in sorted(labels)
    }
    values = [value for per_threshold in ap.values() for value in per_threshold]
    return {"map": sum(values) / len(values) if values else float("nan"), "ap": ap}
