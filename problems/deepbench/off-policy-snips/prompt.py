import numpy as np


def off_policy_value(
    rewards: np.ndarray, logged: np.ndarray, target: np.ndarray, max_weight: float
) -> dict[str, float]:
    """What a new recommendation policy would earn, estimated from the log of another one.

    A row's weight is target / logged, but at most ``max_weight``.

    - "ips": mean of weight * reward over all rows.
    - "snips": (sum of weight * reward) / (sum of weights); NaN if all weights are 0.
    - "ess": effective sample size, (sum of weights)² / (sum of squared weights); 0 if all weights are 0.

    Args:
        rewards: float array (N,), N >= 1. Not changed.
        logged: float array (N,), probability with which the logging policy showed the row's item, greater than 0.
        target: float array (N,), probability with which the new policy would show it, may be 0.
        max_weight: greater than 0.

    Returns:
        The three entries, as floats.

    Raises:
        ValueError: if a logged probability is not greater than 0.
    """
