import numpy as np


def crop_with_boxes(
    image: np.ndarray,
    boxes: np.ndarray,
    labels: np.ndarray,
    window: tuple[int, int, int, int],
    min_visible: float = 0.3,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x1, y1, x2, y2 = window
    clipped = boxes.clip([x1, y1, x1, y1], [x2, y2, x2, y2])
    area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    visible = (clipped[:, 2:] - clipped[:, :2]).prod(axis=1)
    keep = (visible > 0) & (visible >= min_visible * area)
    return image[y1:y2, x1:x2], clipped[keep] - [x1, y1, x1, y1], labels[keep]
