import numpy as np


def _linear(n_source: int, n_target: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    s = (np.arange(n_target) + 0.5) * n_source / n_target - 0.5
    s = np.clip(s, 0, n_source - 1)
    low = np.floor(s).astype(np.int64)
    high = np.minimum(low + 1, n_source - 1)
    return low, high, s - low


def _nearest(n_source: int, n_target: int) -> np.ndarray:
    # floor((i + 0.5) * n_source / n_target) in whole numbers
    return (2 * np.arange(n_target, dtype=np.int64) + 1) * n_source // (2 * n_target)


def resize_image(image: np.ndarray, height: int, width: int) -> np.ndarray:
    source = image.astype(np.float64)
    low, high, part = _linear(image.shape[0], height)
    part = part[:, None, None]
    rows = source[low] * (1 - part) + source[high] * part
    low, high, part = _linear(image.shape[1], width)
    part = part[None, :, None]
    result = rows[:, low] * (1 - part) + rows[:, high] * part
    return result.astype(np.float32)


def resize_labels(labels: np.ndarray, height: int, width: int) -> np.ndarray:
    rows = _nearest(labels.shape[0], height)
    columns = _nearest(labels.shape[1], width)
    return labels[rows[:, None], columns[None, :]]
