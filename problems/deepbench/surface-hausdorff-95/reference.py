import numpy as np
from scipy import ndimage


def surface(mask: np.ndarray) -> np.ndarray:
    return mask & ~ndimage.binary_erosion(mask)


def hausdorff_95(predicted: np.ndarray, true: np.ndarray, spacing: tuple[float, float]) -> float:
    if predicted.shape != true.shape:
        raise ValueError("the masks differ in shape")
    if predicted.any() != true.any():
        return float("inf")
    if not predicted.any():
        return 0.0
    a, b = surface(predicted), surface(true)
    to_a, to_b = (ndimage.distance_transform_edt(~edge, sampling=spacing) for edge in (a, b))
    return float(max(np.percentile(to_b[a], 95), np.percentile(to_a[b], 95)))
