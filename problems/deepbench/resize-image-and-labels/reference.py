import numpy as np


def _along(values: np.ndarray, axis: int, size: int) -> np.ndarray:
    n = values.shape[axis]
    source = ((np.arange(size) + 0.5) * n / size - 0.5).clip(min=0)
    low = source.astype(np.int64)
    high = np.minimum(low + 1, n - 1)
    share = np.expand_dims(source - low, tuple(range(1, values.ndim - axis)))
    return values.take(low, axis) * (1 - share) + values.take(high, axis) * share


def resize_image(image: np.ndarray, height: int, width: int) -> np.ndarray:
    return _along(_along(image, 0, height), 1, width).astype(np.float32)


def resize_labels(labels: np.ndarray, height: int, width: int) -> np.ndarray:
    rows = (2 * np.arange(height) + 1) * labels.shape[0] // (2 * height)
    columns = (2 * np.arange(width) + 1) * labels.shape[1] // (2 * width)
    return labels[np.ix_(rows, columns)]
