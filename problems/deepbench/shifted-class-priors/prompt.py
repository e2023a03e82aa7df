import numpy as np


def reweight(log_probs: np.ndarray, train_priors: np.ndarray, new_priors: np.ndarray) -> np.ndarray:
    """Adapt the log-probabilities of a classifier to the class frequencies in use, ``new_priors``.

    The probability of class c is multiplied by new_priors[c] / train_priors[c], and each row is then normalised to
    sum to 1. Log-probabilities may be as low as -1e4, even all but one in a row; nothing becomes NaN.

    Args:
        log_probs: float64 array (N, C), finite; each row is the log of probabilities that sum to 1. Not changed.
        train_priors: class frequencies in the training data, (C,), all greater than 0.
        new_priors: class frequencies in use, (C,), all greater than 0.

    Returns:
        float64 array (N, C), finite.
    """


def estimate_priors(
    log_probs: np.ndarray, train_priors: np.ndarray, max_iterations: int = 100, tolerance: float = 1e-8
) -> np.ndarray:
    """Estimate the class frequencies in use from unlabelled samples (expectation maximisation).

    Starting with the training frequencies, each iteration replaces the estimate by the mean over all samples of the
    probabilities that :func:`reweight` gives under the current estimate. It ends after an iteration that has changed
    no frequency by more than ``tolerance``, or after ``max_iterations`` at the latest.

    Args:
        log_probs: as above, N >= 1.
        train_priors: as above.
        max_iterations: 0 gives the training frequencies.
        tolerance: see above.

    Returns:
        The estimate after the last iteration, float64 (C,).
    """
