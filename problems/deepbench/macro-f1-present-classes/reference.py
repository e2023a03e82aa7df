import numpy as np


def macro_f1(y_true: np.ndarray, y_pred: np.ndarray, num_classes: int) -> float:
    if y_true.shape != y_pred.shape:
        raise ValueError("y_true and y_pred differ in shape")
    scores = []
    for label in range(num_classes):
        hits = np.sum((y_true == label) & (y_pred == label))
        marked = np.sum(y_true == label) + np.sum(y_pred == label)
        if marked > 0:
            scores.append(2 * hits / marked)
    return float(np.mean(scores))
