import numpy as np


def class_weights(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Weights for a loss over imbalanced classes.

    The weight of class c is n / (C * count_c), with n the number of labels, C the number of classes and count_c how
    often c occurs.

    Args:
        labels: int array (n,), with values from 0 to n_classes - 1; each of them occurs.
        n_classes: C.

    Returns:
        float64 array (C,).
    """
