import numpy as np


def knn_predict(x_train: np.ndarray, y_train: np.ndarray, x: np.ndarray, k: int) -> np.ndarray:
    x_train = np.asarray(x_train, dtype=np.float64)
    y_train = np.asarray(y_train)
    x = np.asarray(x, dtype=np.float64)
    mean = x_train.mean(axis=0)
    std = x_train.std(axis=0)
    std = np.where(std == 0, 1.0, std)
    x_train = (x_train - mean) / std
    x = (x - mean) / std

    result = np.empty(len(x), dtype=y_train.dtype)
    for i, row in enumerate(x):
        distances = ((x_train - row) ** 2).sum(axis=1)
        nearest = np.argsort(distances, kind="stable")[:k]
        values, counts = np.unique(y_train[nearest], return_counts=True)
        result[i] = values[np.argmax(counts)]  # the first of equal ones is the smallest label
    return result


def nested_accuracy(
    x: np.ndarray, y: np.ndarray, outer: np.ndarray, inner: np.ndarray, ks: list[int]
) -> tuple[float, dict[int, int]]:
    x, y, outer, inner = (np.asarray(array) for array in (x, y, outer, inner))
    right = 0
    chosen: dict[int, int] = {}
    for fold in np.unique(outer):
        test = outer == fold
        x_rest, y_rest, inner_rest = x[~test], y[~test], inner[~test]
        best_k, best_right = None, -1
        for k in sorted(ks):
            k_right = 0
            for inner_fold in np.unique(inner_rest):
                held = inner_rest == inner_fold
                predicted = knn_predict(x_rest[~held], y_rest[~held], x_rest[held], k)
                k_right += int((predicted == y_rest[held]).sum())
            if k_right > best_right:
                best_k, best_right = int(k), k_right
        chosen[int(fold)] = best_k
        right += int((knn_predict(x_rest, y_rest, x[test], best_k) == y[test]).sum())
    return right / len(y), chosen
