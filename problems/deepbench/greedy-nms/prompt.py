import numpy as np


def box_iou(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of two boxes (x1, y1, x2, y2) of positive area."""


def nms(boxes: np.ndarray, scores: np.ndarray, threshold: float) -> list[int]:
    """Greedy non-maximum suppression.

    Boxes are visited by descending score; of equal scores the one with the smaller index comes first. A box is kept
    unless its iou with a box kept before is greater than ``threshold``.

    Args:
        boxes: float array (N, 4), N >= 0, each box of positive area.
        scores: float array (N,).
        threshold: greatest iou of two kept boxes.

    Returns:
        Indices of the kept boxes, in the order of the visits.
    """
