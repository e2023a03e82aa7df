import numpy as np


def colours_to_labels(mask: np.ndarray, palette: np.ndarray) -> np.ndarray:
    labels = np.full(mask.shape[:2], 255, dtype=np.uint8)
    for label, colour in enumerate(palette):
        labels[(mask == colour).all(axis=-1)] = label
    return labels


def labels_to_colours(labels: np.ndarray, palette: np.ndarray) -> np.ndarray:
    table = np.zeros((256, 3), dtype=np.uint8)
    table[: len(palette)] = palette
    return table[labels]
