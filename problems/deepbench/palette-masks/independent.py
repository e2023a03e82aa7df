import numpy as np

UNKNOWN = 255


def _codes(colours: np.ndarray) -> np.ndarray:
    colours = colours.astype(np.int32)
    return (colours[..., 0] << 16) | (colours[..., 1] << 8) | colours[..., 2]


def colours_to_labels(mask: np.ndarray, palette: np.ndarray) -> np.ndarray:
    codes = _codes(mask)
    labels = np.full(codes.shape, UNKNOWN, dtype=np.uint8)
    if len(palette) == 0:
        return labels
    palette_codes = _codes(palette)
    order = np.argsort(palette_codes)
    position = np.searchsorted(palette_codes[order], codes)
    candidate = order[np.minimum(position, len(palette) - 1)]
    found = palette_codes[candidate] == codes
    labels[found] = candidate[found]
    return labels


def labels_to_colours(labels: np.ndarray, palette: np.ndarray) -> np.ndarray:
    table = np.zeros((256, 3), dtype=np.uint8)
    table[: len(palette)] = palette
    return table[labels]
