import numpy as np


def match_detections(iou: np.ndarray, scores: np.ndarray, threshold: float = 0.5) -> tuple[int, int, int]:
    iou = np.asarray(iou)
    detections, objects = iou.shape
    free = np.ones(objects, dtype=bool)
    hits = 0
    for d in np.argsort(-np.asarray(scores), kind="stable"):
        if not free.any():
            break
        row = np.where(free, iou[d], -np.inf)
        best = int(np.argmax(row))
        if iou[d, best] >= threshold:
            free[best] = False
            hits += 1
    return hits, detections - hits, objects - hits
