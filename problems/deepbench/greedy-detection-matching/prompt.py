import numpy as np


def match_detections(iou: np.ndarray, scores: np.ndarray, threshold: float = 0.5) -> tuple[int, int, int]:
    """Match the detections of an image with its objects, one to one, and count.

    Detections are taken in descending order of score (of equal scores, the lower index first). Each takes, among the
    objects not yet taken, the one with the greatest IoU (of equal ones, the lowest index), if that IoU is at least
    ``threshold``.

    Args:
        iou: float array (D, G), IoU of each detection with each object; D and G may be 0. Not changed.
        scores: float array (D,).
        threshold: greater than 0.

    Returns:
        (true positives: detections that took an object, false positives: the other detections, false negatives: objects
        that no detection took), as ints.
    """
