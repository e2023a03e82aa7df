import numpy as np


def mosaic(
    samples: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    size: int,
    center: tuple[int, int],
    fill: int = 114,
    min_side: float = 2.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    canvas = np.full((size, size, 3), fill, dtype=np.uint8)
    moved = []
    for i, (image, boxes, _) in enumerate(samples):
        height, width, _ = image.shape
        left = center[0] if i % 2 else center[0] - width
        top = center[1] if i >= 2 else center[1] - height
        cut_x, cut_y = max(-left, 0), max(-top, 0)
        part = image[cut_y : size - top, cut_x : size - left]
        canvas[top + cut_y : top + height, left + cut_x : left + width] = part
        moved.append((boxes + [left, top, left, top]).clip(0, size))
    joined = np.concatenate(moved)
    keep = (joined[:, 2:] - joined[:, :2] >= min_side).all(axis=1)
    return canvas, joined[keep], np.concatenate([labels for _, _, labels in samples])[keep]
