import numpy as np


def merge_panoptic(
    masks: np.ndarray,
    scores: np.ndarray,
    labels: np.ndarray,
    semantic: np.ndarray,
    stuff: list[int],
    min_score: float = 0.5,
    min_free: float = 0.5,
    min_area: int = 4,
) -> tuple[np.ndarray, list[dict]]:
    panoptic = np.zeros(semantic.shape, dtype=np.int32)
    segments: list[dict] = []

    def take(mask: np.ndarray, label: int, least: float, is_thing: bool) -> None:
        free = mask & (panoptic == 0)
        area = int(free.sum())
        if area >= max(least, 1):
            segments.append({"id": len(segments) + 1, "label": int(label), "area": area, "is_thing": is_thing})
            panoptic[free] = len(segments)

    for i in np.argsort(-scores, kind="stable"):
        if scores[i] >= min_score:
            take(masks[i], labels[i], min_free * masks[i].sum(), True)
    for label in stuff:
        take(semantic == label, label, min_area, False)
    return panoptic, segments
