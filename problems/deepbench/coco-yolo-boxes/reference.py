import numpy as np


def coco_to_yolo(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    left, top, w, h = boxes.T
    return np.stack([(left + w / 2) / width, (top + h / 2) / height, w / width, h / height], axis=1)


def yolo_to_coco(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    x, y, w, h = boxes.T
    return np.stack([(x - w / 2) * width, (y - h / 2) * height, w * width, h * height], axis=1)
