import numpy as np


def average_precision(
    detections: list[dict[str, np.ndarray]],
    truths: list[dict[str, np.ndarray]],
    iou_thresholds: tuple[float, ...] = (0.5, 0.75),
) -> dict:
    """Average precision of an object detector per class and IoU threshold, and its mean.

    Entry i of both lists belongs to image i. Boxes are (x1, y1, x2, y2) with continuous edges, so the area is
    (x2 - x1) * (y2 - y1), and x1 < x2, y1 < y2. For each class and each threshold on its own:

    1. The detections of the class, from all images together, are taken in descending order of score; of equal scores,
       the one from the earlier image, and in an image the one with the lower index, goes first.
    2. A detection looks at the objects of its class in its image that are not ignored and have no detection yet. If the
       greatest IoU with one of them is at least the threshold, it takes that object (of equally great ones, the one
       with the lowest index) and is a true positive.
    3. Otherwise, if its IoU with an *ignored* object of its class in its image is at least the threshold, the detection
       does not count at all. Any number of detections may fall on the same ignored object.
    4. Otherwise it is a false positive.

    Over the detections that count, in their order, recall is (true positives so far) / (objects of the class not
    ignored) and precision is (true positives so far) / (detections so far). The average precision is the area under the
    interpolated curve: every true positive adds 1 / (objects not ignored) times the highest precision reached at it or
    at any later detection.

    A class with no object that is not ignored, in any image, has no average precision: its detections have no influence.

    Args:
        detections: per image {"boxes": float (n, 4), "scores": float (n,), "labels": int (n,)}, n possibly 0.
        truths: per image {"boxes": float (m, 4), "labels": int (m,), "ignore": bool (m,)}, m possibly 0.
        iou_thresholds: at least one, each in (0, 1].

    Returns:
        {"map": float, "ap": {label: [float, ...]}}: for every class that has one (keys are int), its average precision
        at each threshold, in the order given; and the mean of all of these, NaN if there is no such class. Nothing
        handed over is changed.

    Raises:
        ValueError: if the lists differ in length.
    """
