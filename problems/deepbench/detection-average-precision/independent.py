import numpy as np


def _iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a = np.asarray(a, dtype=np.float64).reshape(-1, 4)
    b = np.asarray(b, dtype=np.float64).reshape(-1, 4)
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.clip(high - low, 0, None)
    inter = sides[..., 0] * sides[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    return inter / (area_a[:, None] + area_b[None, :] - inter)


def _class_ap(order, ious, ignored, n_objects: int, threshold: float) -> float:
    free = [~flags for flags in ignored]
    hits = []
    for image, row in order:
        iou = ious[image][row]
        available = free[image]
        if available.any():
            best = int(np.argmax(np.where(available, iou, -1.0)))
            if iou[best] >= threshold:
                available[best] = False
                hits.append(True)
                continue
        if (iou[ignored[image]] >= threshold).any():
            continue
        hits.append(False)
    if not hits:
        return 0.0
    hit = np.array(hits)
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(envelope[hit].sum() / n_objects)


def average_precision(
    detections: list[dict[str, np.ndarray]],
    truths: list[dict[str, np.ndarray]],
    iou_thresholds: tuple[float, ...] = (0.5, 0.75),
) -> dict:
    if len(detections) != len(truths):
        raise ValueError("detections and truths differ in length")

    classes = set()
    for truth in truths:
        labels = np.asarray(truth["labels"])
        classes.update(int(c) for c in labels[~np.asarray(truth["ignore"], dtype=bool)])

    ap = {}
    for c in sorted(classes):
        ious, ignored, entries = [], [], []
        n_objects = 0
        for image, (found, truth) in enumerate(zip(detections, truths)):
            mine = np.asarray(found["labels"]) == c
            real = np.asarray(truth["labels"]) == c
            ious.append(
                _iou(
                    np.asarray(found["boxes"]).reshape(-1, 4)[mine],
                    np.asarray(truth["boxes"]).reshape(-1, 4)[real],
                )
            )
            flags = np.asarray(truth["ignore"], dtype=bool)[real]
            ignored.append(flags)
            n_objects += int((~flags).sum())
            for row, score in enumerate(np.asarray(found["scores"])[mine].tolist()):
                entries.append((-score, image, row))
        entries.sort()
        order = [(image, row) for _, image, row in entries]
        ap[c] = [_class_ap(order, ious, ignored, n_objects, threshold) for threshold in iou_thresholds]

    figures = [value for values in ap.values() for value in values]
    return {"map": float(np.mean(figures)) if figures else float("nan"), "ap": ap}
