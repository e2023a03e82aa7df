import numpy as np


def polygon_mask(polygons: list[np.ndarray], height: int, width: int) -> np.ndarray:
    y = np.arange(height)[:, None] + 0.5
    x = np.arange(width) + 0.5
    inside = np.zeros((height, width), dtype=bool)
    for polygon in polygons:
        for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0)):
            if y1 != y2:
                crossed = (y1 <= y) != (y2 <= y)
                inside ^= crossed & (x1 + (y - y1) * (x2 - x1) / (y2 - y1) <= x)
    return inside


def label_map(
    objects: list[tuple[int, list[np.ndarray]]], height: int, width: int, background: int = 255
) -> np.ndarray:
    labels = np.full((height, width), background, dtype=np.uint8)
    for label, polygons in objects:
        labels[polygon_mask(polygons, height, width)] = label
    return labels
