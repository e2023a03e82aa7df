import numpy as np


def class_shares(masks: list[np.ndarray], n_classes: int, ignore: int = 255) -> np.ndarray:
    counts = np.zeros(n_classes, dtype=np.int64)
    for mask in masks:
        labelled = mask[mask != ignore]
        counts += np.bincount(labelled, minlength=n_classes)
    return counts / counts.sum()
