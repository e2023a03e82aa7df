import numpy as np


def coco_to_yolo(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    left, top, w, h = np.asarray(boxes, dtype=np.float64).reshape(-1, 4).T
    return np.stack([(left + w / 2) / width, (top + h / 2) / height, w / width, h / height], axis=1)


def yolo_to_coco(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    cx, cy, w, h = np.asarray(boxes, dtype=np.float64).reshape(-1, 4).T
    return np.stack([(cx - w / 2) * width, (cy - h / 2) * height, w * width, h * height], axis=1)
