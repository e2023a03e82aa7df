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
    segment_map = np.zeros(semantic.shape, dtype=np.int32)
    segments: list[dict] = []

    def take(pixels: np.ndarray, label: int, is_thing: bool) -> None:
        number = len(segments) + 1
        segment_map[pixels] = number
        segments.append({"id": number, "label": int(label), "area": int(pixels.sum()), "is_thing": is_thing})

    for i in np.argsort(-np.asarray(scores), kind="stable"):
        if scores[i] < min_score:
            continue
        mask = masks[i].astype(bool)
        area = int(mask.sum())
        pixels = mask & (segment_map == 0)
        free = int(pixels.sum())
        if free == 0 or free < min_free * area:
            continue
        take(pixels, labels[i], True)

    no_instance = segment_map == 0
    for label in stuff:
        pixels = no_instance & (semantic == label)
        area = int(pixels.sum())
        if area == 0 or area < min_area:
            continue
        take(pixels, label, False)

    return segment_map, segments
