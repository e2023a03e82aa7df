import numpy as np


def crop_with_boxes(
    image: np.ndarray,
    boxes: np.ndarray,
    labels: np.ndarray,
    window: tuple[int, int, int, int],
    min_visible: float = 0.3,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x1, y1, x2, y2 = window
    crop = image[y1:y2, x1:x2].copy()

    low = np.array([x1, y1, x1, y1], dtype=boxes.dtype)
    high = np.array([x2, y2, x2, y2], dtype=boxes.dtype)
    cut = np.clip(boxes, low, high)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    inside = (cut[:, 2] - cut[:, 0]) * (cut[:, 3] - cut[:, 1])
    keep = (inside > 0) & (inside / area >= min_visible)
    return crop, cut[keep] - low, labels[keep]
