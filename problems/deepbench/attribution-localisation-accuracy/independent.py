import numpy as np


def box_from_map(heat: np.ndarray, share: float) -> tuple[int, int, int, int]:
    heat = np.asarray(heat, dtype=np.float64)
    height, width = heat.shape
    low, high = heat.min(), heat.max()
    if low == high:
        return 0, 0, width, height
    mask = (heat - low) / (high - low) >= share
    seen = np.zeros_like(mask)
    best: tuple[int, int, int, int] | None = None
    best_size = 0
    # Seeds are visited row by row, so of equally large regions the first one is kept.
    for row, column in np.argwhere(mask).tolist():
        if seen[row, column]:
            continue
        seen[row, column] = True
        stack = [(row, column)]
        size = 0
        x1, y1, x2, y2 = column, row, column, row
        while stack:
            i, j = stack.pop()
            size += 1
            x1, x2 = min(x1, j), max(x2, j)
            y1, y2 = min(y1, i), max(y2, i)
            for a, b in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                if 0 <= a < height and 0 <= b < width and mask[a, b] and not seen[a, b]:
                    seen[a, b] = True
                    stack.append((a, b))
        if size > best_size:
            best_size = size
            best = (x1, y1, x2 + 1, y2 + 1)
    assert best is not None  # the maximum is always foreground
    return best


def localisation_accuracy(
    heats: list[np.ndarray], boxes: list[np.ndarray], share: float = 0.2, min_iou: float = 0.5
) -> float:
    hits = 0
    for heat, true in zip(heats, boxes, strict=True):
        true = np.asarray(true, dtype=np.float64).reshape(-1, 4)
        if len(true) == 0:
            continue
        x1, y1, x2, y2 = box_from_map(heat, share)
        w = np.clip(np.minimum(true[:, 2], x2) - np.maximum(true[:, 0], x1), 0.0, None)
        h = np.clip(np.minimum(true[:, 3], y2) - np.maximum(true[:, 1], y1), 0.0, None)
        inter = w * h
        areas = (true[:, 2] - true[:, 0]) * (true[:, 3] - true[:, 1])
        iou = inter / (areas + (x2 - x1) * (y2 - y1) - inter)
        hits += bool((iou >= min_iou).any())
    return hits / len(heats)
