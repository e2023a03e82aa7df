import numpy as np


def paired_bootstrap(
    a: np.ndarray, b: np.ndarray, groups: np.ndarray, seed: int, rounds: int = 1000, level: float = 0.95
) -> dict[str, float]:
    """Whether model A is better than model B on the same test samples, by a bootstrap over groups of samples.

    The difference is mean(a) - mean(b) over all samples. Samples of one group (such as a patient) are not independent,
    so groups are drawn, with all their samples: with the G different values of ``groups`` in ascending order,
    ``np.random.default_rng(seed).integers(0, G, size=(rounds, G))`` holds the groups of each round, possibly
    several times each. A round's difference is mean(a) - mean(b) over all samples of the groups drawn, a group that was
    drawn several times counting as often (groups may differ in size).

    - "difference": over the samples as they are.
    - "low", "high": the (1 - level) / 2 and (1 + level) / 2 quantiles of the rounds' differences (numpy.quantile).
    - "p": the two-sided p-value, 2 * min(rounds with difference <= 0, rounds with difference >= 0) / rounds, but at
      most 1.

    Args:
        a, b: float arrays (N,), N >= 1, scores of the models for each sample. Not changed.
        groups: int array (N,).
        seed: seed of the draws.
        rounds: number of rounds, at least 1.
        level: in (0, 1).

    Returns:
        The four entries, as floats.

    Raises:
        ValueError: if the three arrays differ in shape.
    """
