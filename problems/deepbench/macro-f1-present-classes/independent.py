import numpy as np


def macro_f1(y_true: np.ndarray, y_pred: np.ndarray, num_classes: int) -> float:
    y_true = np.asarray(y_true)
    y_pred = np.asarray(y_pred)
    if y_true.shape != y_pred.shape:
        raise ValueError(f"shapes differ: {y_true.shape} and {y_pred.shape}")
    y_true = y_true.astype(np.int64)
    y_pred = y_pred.astype(np.int64)
    tp = np.bincount(y_true[y_true == y_pred], minlength=num_classes)
    # 2 * tp + fp + fn = (tp + fn) + (tp + fp)
    total = np.bincount(y_true, minlength=num_classes) + np.bincount(y_pred, minlength=num_classes)
    present = total > 0
    return float(np.mean(2 * tp[present] / total[present]))
