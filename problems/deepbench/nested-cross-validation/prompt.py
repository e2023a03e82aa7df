import numpy as np


def knn_predict(x_train: np.ndarray, y_train: np.ndarray, x: np.ndarray, k: int) -> np.ndarray:
    """Predict with the ``k`` nearest training rows, after standardising.

    Features are standardised with mean and population standard deviation of the training rows only (a standard
    deviation of 0 is replaced by 1). The prediction of a row is the most frequent label among the k training rows with
    the smallest Euclidean distance; of equally frequent ones, the smallest label. Distances are never equal.

    Args:
        x_train: float array (N, F).
        y_train: int array (N,).
        x: float array (M, F), M >= 1.
        k: at least 1 and at most N.

    Returns:
        int array (M,).
    """


def nested_accuracy(
    x: np.ndarray, y: np.ndarray, outer: np.ndarray, inner: np.ndarray, ks: list[int]
) -> tuple[float, dict[int, int]]:
    """Accuracy of :func:`knn_predict` when k is chosen without looking at the rows it is tested on.

    For each outer fold (value in ``outer``), k is chosen on the rows of the other outer folds alone: for each inner fold
    (value in ``inner`` among these rows), the rows of that inner fold are predicted from those of the other inner folds.
    The k with the most right predictions over all inner folds is chosen (of equal ones, the smallest k). Then the outer
    fold's rows are predicted with it from all rows of the other outer folds.

    Args:
        x: float array (N, F). Not changed.
        y: int array (N,).
        outer: int array (N,), outer fold of each row; at least two different values.
        inner: int array (N,), inner fold of each row.
        ks: candidates in any order, each small enough for all folds.

    Returns:
        The share of rows that are predicted right in the outer folds, as a float, and the chosen k of each outer fold.
    """
