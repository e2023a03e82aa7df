import numpy as np


def clean_boxes(
    boxes: np.ndarray, labels: np.ndarray, width: int, height: int, min_side: float
) -> tuple[np.ndarray, np.ndarray]:
    clipped = boxes.clip(0, [width, height, width, height])
    keep = (clipped[:, 2:] - clipped[:, :2] >= min_side).all(axis=1)
    return clipped[keep], labels[keep]
