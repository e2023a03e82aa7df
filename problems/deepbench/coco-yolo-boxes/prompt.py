import numpy as np


def coco_to_yolo(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    """Convert boxes (left, top, box width, box height) in pixels to (centre x, centre y, box width, box height) as
    fractions of the image's width and height.

    Args:
        boxes: float64 array (N, 4), N may be 0. It is not changed.
        width, height: size of the image in pixels.

    Returns:
        float64 array (N, 4).
    """


def yolo_to_coco(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    """The inverse of :func:`coco_to_yolo`: from fractions to pixels, not rounded. ``boxes`` is not changed."""
