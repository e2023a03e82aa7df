import numpy as np


def calibration_report(logits: np.ndarray, labels: np.ndarray, n_bins: int = 15) -> dict:
    """How well a classifier's confidence matches its accuracy, from raw logits.

    A sample's confidence is the greatest of its softmax probabilities, and it is right if the class that has it (of
    several, the one with the lowest index) is its label. A bin's error is the absolute difference between its share of
    right samples and its mean confidence.

    - "ece": expected calibration error over ``n_bins`` bins of equal width, (0, 1/n], (1/n, 2/n], …, (1 - 1/n, 1]: the
      mean of the bins' errors weighted by their numbers of samples.
    - "mce": the greatest error of these bins; empty bins do not take part.
    - "counts": the numbers of samples in these bins, a list of ``n_bins`` int.
    - "ace": the same mean as "ece" over bins of equal size instead: the samples in ascending order of confidence (equal
      ones in input order) are cut into ``n_bins`` consecutive bins, of which the first N % n_bins have
      N // n_bins + 1 samples and the others N // n_bins.

    Logits can be as large as 1e4 in magnitude; computation is in float64.

    Args:
        logits: float array (N, C), N, C >= 1. It is not changed.
        labels: integer array (N,).
        n_bins: at least 1.

    Returns:
        A dict with the four entries above; the errors are floats.

    Raises:
        ValueError: if there are no samples, if ``logits`` does not have two dimensions, if ``labels`` is not of shape
            (N,), or if ``n_bins`` is less than 1.
    """
