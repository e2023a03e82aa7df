import numpy as np


def match_detections(iou: np.ndarray, scores: np.ndarray, threshold: float = 0.5) -> tuple[int, int, int]:
    n_detections, n_objects = iou.shape
    free = set(range(n_objects))
    for i in np.argsort(-scores, kind="stable"):
        best = max(sorted(free), key=lambda j: iou[i, j], default=None)
        if best is not None and iou[i, best] >= threshold:
            free.remove(best)
    hits = n_objects - len(free)
    return hits, n_detections - hits, len(free)
