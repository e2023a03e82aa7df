import numpy as np


def paired_bootstrap(
    a: np.ndarray, b: np.ndarray, groups: np.ndarray, seed: int, rounds: int = 1000, level: float = 0.95
) -> dict[str, float]:
    if not a.shape == b.shape == groups.shape:
        raise ValueError("the arrays differ in shape")
    _, group = np.unique(groups, return_inverse=True)
    sizes = np.bincount(group)
    sums = np.bincount(group, weights=a - b)
    drawn = np.random.default_rng(seed).integers(0, len(sizes), size=(rounds, len(sizes)))
    differences = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    rarer = min((differences <= 0).mean(), (differences >= 0).mean())
    return {
        "difference": float((a - b).mean()),
        "low": float(low),
        "high": float(high),
        "p": float(min(2 * rarer, 1.0)),
    }
