import numpy as np
from scipy import ndimage


def box_from_map(heat: np.ndarray, share: float) -> tuple[int, int, int, int]:
    low, high = heat.min(), heat.max()
    regions, _ = ndimage.label(heat - low >= share * (high - low))
    # Regions are numbered in reading order, and argmax takes the first of equal sizes.
    sizes = np.bincount(regions.ravel())[1:]
    ys, xs = np.nonzero(regions == sizes.argmax() + 1)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def localisation_accuracy(
    heats: list[np.ndarray], boxes: list[np.ndarray], share: float = 0.2, min_iou: float = 0.5
) -> float:
    hits = 0
    for heat, true in zip(heats, boxes):
        box = np.array(box_from_map(heat, share))
        sides = np.minimum(box[2:], true[:, 2:]) - np.maximum(box[:2], true[:, :2])
        overlap = sides.clip(0).prod(axis=1)
        areas = (box[2:] - box[:2]).prod() + (true[:, 2:] - true[:, :2]).prod(axis=1)
        hits += bool((overlap >= min_iou * (areas - overlap)).any())
    return hits / len(heats)
