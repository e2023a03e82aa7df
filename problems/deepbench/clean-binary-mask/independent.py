import numpy as np
from scipy import ndimage

_EIGHT = np.ones((3, 3), dtype=int)
_FOUR = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], dtype=int)


def remove_specks(mask: np.ndarray, min_size: int) -> np.ndarray:
    mask = np.asarray(mask, dtype=bool)
    if mask.size == 0:
        return mask.copy()
    labels, count = ndimage.label(mask, structure=_EIGHT)
    keep = np.bincount(labels.ravel(), minlength=count + 1) >= min_size
    keep[0] = False
    return keep[labels]


def fill_holes(mask: np.ndarray, max_size: int) -> np.ndarray:
    mask = np.asarray(mask, dtype=bool)
    if mask.size == 0:
        return mask.copy()
    labels, count = ndimage.label(~mask, structure=_FOUR)
    fill = np.bincount(labels.ravel(), minlength=count + 1) <= max_size
    for border in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        fill[border] = False
    fill[0] = False
    return mask | fill[labels]


def clean_mask(probabilities: np.ndarray, min_size: int, max_hole: int) -> np.ndarray:
    return fill_holes(remove_specks(np.asarray(probabilities) > 0.5, min_size), max_hole)
