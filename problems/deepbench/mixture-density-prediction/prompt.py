import numpy as np


def mean_and_std(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of mixtures of normal distributions, as a mixture density network predicts them.

    All functions here take these arguments. Component k of row n has the weight softmax(logits[n])[k], the
    mean ``means[n, k]`` and the standard deviation exp(log_stds[n, k]). Logits may be as large as 1e4 in magnitude.
    Even for means of 1e6 - 1 and 1e6 + 1, the standard deviation is correct to a relative 1e-6.

    Args:
        logits, means, log_stds: float64 arrays (N, K), not changed.

    Returns:
        Two arrays (N,).
    """


def mixture_cdf(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Probability that row n's variable is at most values[n]; ``values`` and the result are (N,)."""


def mixture_quantile(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray, level: float) -> np.ndarray:
    """For each row the value, (N,), at which :func:`mixture_cdf` equals ``level`` to within 1e-9 (absolute).

    Raises:
        ValueError: unless 0 < level < 1.
    """
