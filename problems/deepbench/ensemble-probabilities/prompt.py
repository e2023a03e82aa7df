import numpy as np


def ensemble_predict(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Combine several classifiers: the mean of their softmax probabilities.

    Logits may be as large as 1e4 in magnitude; nothing overflows. All is computed in float64.

    Args:
        logits: float array (M, N, C): M models, N samples, C classes.

    Returns:
        The mean probabilities, float64 (N, C), and the most probable class of each sample, int64 (N,), which of equal
        probabilities is the lowest class.
    """
