import numpy as np


def polygon_mask(polygons: list[np.ndarray], height: int, width: int) -> np.ndarray:
    mask = np.zeros((height, width), dtype=bool)
    xs = np.arange(width) + 0.5
    ys = np.arange(height) + 0.5
    for polygon in polygons:
        points = np.asarray(polygon, dtype=np.float64)
        for (x1, y1), (x2, y2) in zip(points.tolist(), np.roll(points, -1, axis=0).tolist()):
            if y1 == y2:
                continue
            if y1 > y2:  # always from top to bottom: an edge counts the same in both directions
                x1, y1, x2, y2 = x2, y2, x1, y1
            rows = np.flatnonzero((y1 <= ys) & (ys < y2))
            if not len(rows):
                continue
            # x1 + (y - y1) * (x2 - x1) / (y2 - y1) <= x, without the division
            left = (ys[rows, None] - y1) * (x2 - x1) <= (xs[None, :] - x1) * (y2 - y1)
            mask[rows] ^= left
    return mask


def label_map(
    objects: list[tuple[int, list[np.ndarray]]], height: int, width: int, background: int = 255
) -> np.ndarray:
    result = np.full((height, width), background, dtype=np.uint8)
    for label, polygons in objects:
        result[polygon_mask(polygons, height, width)] = label
    return result
