import numpy as np


def mosaic(
    samples: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    size: int,
    center: tuple[int, int],
    fill: int = 114,
    min_side: float = 2.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cx, cy = int(center[0]), int(center[1])
    canvas = np.full((size, size, 3), fill, dtype=np.uint8)
    all_boxes = [np.zeros((0, 4), dtype=np.float64)]
    all_labels = [np.zeros((0,), dtype=np.int64)]

    for i, (image, boxes, labels) in enumerate(samples):
        h, w = image.shape[:2]
        left = cx - w if i % 2 == 0 else cx
        top = cy - h if i < 2 else cy

        x0, x1 = max(left, 0), min(left + w, size)
        y0, y1 = max(top, 0), min(top + h, size)
        if x1 > x0 and y1 > y0:
            canvas[y0:y1, x0:x1] = image[y0 - top : y1 - top, x0 - left : x1 - left]

        moved = np.asarray(boxes, dtype=np.float64).reshape(-1, 4) + np.array([left, top, left, top], dtype=np.float64)
        moved = np.clip(moved, 0, size)
        keep = (moved[:, 2] - moved[:, 0] >= min_side) & (moved[:, 3] - moved[:, 1] >= min_side)
        all_boxes.append(moved[keep])
        all_labels.append(np.asarray(labels, dtype=np.int64).reshape(-1)[keep])

    return canvas, np.concatenate(all_boxes), np.concatenate(all_labels)
