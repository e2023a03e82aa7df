import torch


def crps_ensemble(samples: torch.Tensor, target: torch.Tensor, fair: bool = False) -> torch.Tensor:
    """Continuous ranked probability score of forecasts that are given as samples.

    For a row with samples x_1 … x_M and target y it is

        mean over i of |x_i - y|  -  1/2 * (sum over i and j of |x_i - x_j|) / D

    with D = M * M, or M * (M - 1) if ``fair`` (then the score does not depend on the ensemble's size in expectation).

    M can be 100,000, so there is not enough memory for all pairs (i, j). It is computed in float64, and gradients flow
    to ``samples``, which are not changed.

    Args:
        samples: float tensor (N, M), M >= 1, in no particular order.
        target: float tensor (N,).
        fair: which D to use.

    Returns:
        The score of each row, float64 (N,).

    Raises:
        ValueError: if ``fair`` and M is 1.
    """
