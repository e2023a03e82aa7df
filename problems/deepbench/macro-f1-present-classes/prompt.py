import numpy as np


def macro_f1(y_true: np.ndarray, y_pred: np.ndarray, num_classes: int) -> float:
    """Macro-averaged F1 over the classes that occur in ``y_true`` or in ``y_pred``.

    The F1 of a class is 2 * tp / (2 * tp + fp + fn). Classes that occur in neither array are left out of the mean.

    Args:
        y_true: int array (N,), N >= 1, values in [0, num_classes).
        y_pred: int array of the same shape and range.
        num_classes: number of classes.

    Raises:
        ValueError: if the shapes differ.
    """
