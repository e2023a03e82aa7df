import numpy as np
from scipy.ndimage import distance_transform_edt


def surface(mask: np.ndarray) -> np.ndarray:
    mask = np.asarray(mask, dtype=bool)
    padded = np.pad(mask, 1, constant_values=False)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return mask & ~inner


def hausdorff_95(predicted: np.ndarray, true: np.ndarray, spacing: tuple[float, float]) -> float:
    predicted = np.asarray(predicted, dtype=bool)
    true = np.asarray(true, dtype=bool)
    if predicted.shape != true.shape:
        raise ValueError("the masks have different shapes")
    if not predicted.any() and not true.any():
        return 0.0
    if not predicted.any() or not true.any():
        return float("inf")
    a, b = surface(predicted), surface(true)
    sampling = (float(spacing[0]), float(spacing[1]))
    a_to_b = distance_transform_edt(~b, sampling=sampling)[a]
    b_to_a = distance_transform_edt(~a, sampling=sampling)[b]
    return float(max(np.percentile(a_to_b, 95), np.percentile(b_to_a, 95)))
