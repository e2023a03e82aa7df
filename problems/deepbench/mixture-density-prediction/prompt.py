import numpy as np


def mean_and_std(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of mixtures of normal distributions, as a mixture density network predicts them.

    The same arguments are used by all functions here. Component k of row n has the weight softmax(logits[n])[k], the
    mean ``means[n, k]`` and the standard deviation exp(log_stds[n, k]). Logits may be as large as 1e4 in magnitude.
    The spread stays exact when the means are large against it (relative 1e-6 at 1e6 ± 1).

    Args:
        logits, means, log_stds: float64 arrays (N, K), not changed.

    Returns:
        Two arrays (N,).
    """


def mixture_cdf(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Probability that row n's variable is at most values[n]; ``values`` and the result are (N,)."""


def mixture_quantile(logits: np.ndarray, means: np.ndarray, log_stds: np.ndarray, level: float) -> np.ndarray:
    """The value of each row, (N,), at which :func:`mixture_cdf` is ``level``, to within 1e-9 of the probability.

    Raises:
        ValueError: unless 0 < level < 1.
    """
