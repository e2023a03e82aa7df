import numpy as np
from scipy.special import ndtr, ndtri, softmax


def mean_and_std(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(logits, axis=1)
    mean = (weights * means).sum(axis=1)
    variance = (weights * (np.exp(2 * log_stds) + (means - mean[:, None]) ** 2)).sum(axis=1)
    return mean, np.sqrt(variance)


def mixture_cdf(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray, values: np.ndarray) -> np.ndarray:
    z = (values[:, None] - means) / np.exp(log_stds)
    return (softmax(logits, axis=1) * ndtr(z)).sum(axis=1)


def mixture_quantile(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray, level: float) -> np.ndarray:
    if not 0 < level < 1:
        raise ValueError("level must lie between 0 and 1")
    # The quantile of a mixture lies between those of its components.
    quantiles = means + np.exp(log_stds) * ndtri(level)
    low, high = quantiles.min(axis=1), quantiles.max(axis=1)
    for _ in range(100):
        middle = (low + high) / 2
        below = mixture_cdf(logits, means, log_stds, middle) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return high
