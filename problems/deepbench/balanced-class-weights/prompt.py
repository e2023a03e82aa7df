import numpy as np


def class_weights(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Weights for a loss over imbalanced classes.

    The weight of class c is len(labels) / (n_classes * count), with count the number of labels that are c.

    Args:
        labels: int array (n,), with values from 0 to n_classes - 1; each of them occurs.

    Returns:
        float64 array (n_classes,).
    """
