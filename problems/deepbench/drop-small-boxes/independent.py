import numpy as np


def clean_boxes(
    boxes: np.ndarray, labels: np.ndarray, width: int, height: int, min_side: float
) -> tuple[np.ndarray, np.ndarray]:
    boxes = boxes.copy()
    boxes[:, 0::2] = boxes[:, 0::2].clip(0, width)
    boxes[:, 1::2] = boxes[:, 1::2].clip(0, height)
    keep = (boxes[:, 2] - boxes[:, 0] >= min_side) & (boxes[:, 3] - boxes[:, 1] >= min_side)
    return boxes[keep], labels[keep]
