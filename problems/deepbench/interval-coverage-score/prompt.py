import numpy as np


def interval_report(lower: np.ndarray, upper: np.ndarray, target: np.ndarray, alpha: float) -> dict[str, float]:
    """How good the prediction intervals of a regression model are.

    - "coverage": share of rows with lower <= target <= upper.
    - "width": mean of upper - lower.
    - "score": mean interval score, where a row's score is its width, plus 2 / alpha times the distance from the target
      to the nearer end of the interval if the target is outside of it.

    Args:
        lower, upper: float arrays (N,), N >= 1, lower <= upper. Not changed.
        target: float array (N,).
        alpha: nominal share of targets outside, in (0, 1).

    Returns:
        The three entries, as floats.

    Raises:
        ValueError: if ``alpha`` is not in (0, 1).
    """
