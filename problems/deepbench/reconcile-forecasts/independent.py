import numpy as np


def summing_matrix(groups: list[list[int]], n_bottom: int) -> np.ndarray:
    top = np.zeros((len(groups), n_bottom), dtype=np.float64)
    for row, group in enumerate(groups):
        top[row, np.asarray(group, dtype=np.int64)] = 1.0
    return np.concatenate([top, np.eye(n_bottom)], axis=0)


def reconcile(forecasts: np.ndarray, summing: np.ndarray, variances: np.ndarray) -> np.ndarray:
    # Weighted least squares by QR; rows of large weight first keep it accurate when variances differ much.
    order = np.argsort(variances, kind="stable")
    stds = np.sqrt(variances[order])[:, None]
    q, r = np.linalg.qr(summing[order] / stds)
    bottom = np.linalg.solve(r, q.T @ (forecasts[order] / stds))
    return summing @ bottom
