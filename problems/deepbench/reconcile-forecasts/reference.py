import numpy as np


def summing_matrix(groups: list[list[int]], n_bottom: int) -> np.ndarray:
    totals = np.zeros((len(groups), n_bottom))
    for row, group in enumerate(groups):
        totals[row, group] = 1
    return np.concatenate([totals, np.eye(n_bottom)])


def reconcile(forecasts: np.ndarray, summing: np.ndarray, variances: np.ndarray) -> np.ndarray:
    weighted = summing.T / variances
    return summing @ np.linalg.solve(weighted @ summing, weighted @ forecasts)
