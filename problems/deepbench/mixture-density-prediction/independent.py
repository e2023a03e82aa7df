import numpy as np
from scipy.special import ndtr, ndtri


def _log_weights(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def mean_and_std(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    log_weights = _log_weights(logits)
    weights = np.exp(log_weights)
    # Relative to the likeliest component's mean, so that nothing cancels when all means are large.
    origin = np.take_along_axis(means, weights.argmax(axis=1)[:, None], axis=1)
    relative = means - origin
    shift = (weights * relative).sum(axis=1, keepdims=True)
    mean = (origin + shift)[:, 0]
    within = np.exp(log_stds + 0.5 * log_weights)
    between = np.exp(0.5 * log_weights) * (relative - shift)
    parts = np.concatenate([within, between], axis=1)
    scale = np.abs(parts).max(axis=1, keepdims=True)
    scale = np.where(scale > 0, scale, 1.0)
    std = scale[:, 0] * np.sqrt(((parts / scale) ** 2).sum(axis=1))
    return mean, std


def mixture_cdf(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray, values: np.ndarray) -> np.ndarray:
    weights = np.exp(_log_weights(logits))
    difference = np.asarray(values, dtype=np.float64)[:, None] - means
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        z = np.where(difference == 0, 0.0, difference / np.exp(log_stds))
    return np.clip((weights * ndtr(z)).sum(axis=1), 0.0, 1.0)


def mixture_quantile(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray, level: float) -> np.ndarray:
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
    weights = np.exp(_log_weights(logits))
    # The mixture's quantile lies between the least and the greatest quantile of its components.
    quantiles = means + np.exp(log_stds) * ndtri(level)
    low = np.where(weights > 0, quantiles, np.inf).min(axis=1)
    high = np.where(weights > 0, quantiles, -np.inf).max(axis=1)
    for _ in range(2200):
        middle = 0.5 * low + 0.5 * high
        active = (low < middle) & (middle < high)
        if not active.any():
            break
        below = mixture_cdf(logits, means, log_stds, middle) < level
        low = np.where(active & below, middle, low)
        high = np.where(active & ~below, middle, high)
    error_low = np.abs(mixture_cdf(logits, means, log_stds, low) - level)
    error_high = np.abs(mixture_cdf(logits, means, log_stds, high) - level)
    return np.where(error_low < error_high, low, high)
