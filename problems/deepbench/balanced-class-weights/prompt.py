import numpy as np


def class_weights(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Weights for a loss over imbalanced classes.

    The weight of class c is n / (k * count_c): n is the number of labels, k the number of *different* classes that
    occur, and count_c how often c occurs. A class that does not occur gets the weight 0.

    Args:
        labels: int array (n,), n >= 1, with values from 0 to n_classes - 1.
        n_classes: C.

    Returns:
        float64 array (C,).
    """
