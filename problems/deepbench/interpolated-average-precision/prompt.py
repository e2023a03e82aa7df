import numpy as np


def average_precision_101(scores: np.ndarray, correct: np.ndarray, n_objects: int) -> float:
    """Average precision of a class with COCO's 101 recall points.

    The detections are taken in descending order of score (equal scores in their order in the arrays). After each of
    them, recall is (correct so far) / n_objects and precision is (correct so far) / (detections so far). The result is
    the mean over the recall points r = 0, 0.01, 0.02, …, 1 of the highest precision at any place in the order whose
    recall is at least r, or 0 if no place has it.

    Recalls are compared with the recall points as ``hits * 100 >= i * n_objects`` for r = i / 100, in whole numbers.

    Args:
        scores: float array (D,), D may be 0. Not changed.
        correct: bool array (D,), whether the detection found an object.
        n_objects: number of objects, at least 1 and at least the number of correct detections.
    """
