import numpy as np
from scipy import ndimage


def remove_specks(mask: np.ndarray, min_size: int) -> np.ndarray:
    components, _ = ndimage.label(mask, np.ones((3, 3)))
    return mask & (np.bincount(components.ravel()) >= min_size)[components]


def fill_holes(mask: np.ndarray, max_size: int) -> np.ndarray:
    components, _ = ndimage.label(~mask)
    fills = np.bincount(components.ravel()) <= max_size
    for border in (components[0], components[-1], components[:, 0], components[:, -1]):
        fills[border] = False
    return mask | (~mask & fills[components])


def clean_mask(probabilities: np.ndarray, min_size: int, max_hole: int) -> np.ndarray:
    return fill_holes(remove_specks(probabilities > 0.5, min_size), max_hole)
