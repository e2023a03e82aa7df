import numpy as np


def pick_threshold(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, min_precision: float) -> float:
    """The score threshold with the highest recall among those whose precision is at least ``min_precision``.

    Rows with score >= threshold are flagged. Rows count with their weight (negatives may have been downsampled):
    precision is the weight of flagged positives / the weight of all flagged rows, recall is the weight of flagged
    positives / the weight of all positives. The candidates are the values in ``scores``, so rows with equal scores are
    flagged together. Of several candidates with the highest recall, the greatest threshold is returned.

    Args:
        scores: float array (N,), N >= 1, without NaN. Not changed.
        labels: int array (N,), 1 for positive, 0 for negative.
        weights: float array (N,), all greater than 0.
        min_precision: wanted precision, in (0, 1].

    Returns:
        The threshold as a float; inf if no candidate has the precision.

    Raises:
        ValueError: if ``min_precision`` is not in (0, 1].
    """


def report_at(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, threshold: float) -> dict[str, float]:
    """What a threshold does on other data, with the same definitions.

    Returns:
        {"precision", "recall", "flagged"} as floats, where "flagged" is the weight of flagged rows / the weight of all
        rows. "precision" is NaN if nothing is flagged; "recall" is NaN if there are no positives.
    """
