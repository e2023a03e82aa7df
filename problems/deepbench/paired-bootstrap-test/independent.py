import numpy as np


def paired_bootstrap(
    a: np.ndarray, b: np.ndarray, groups: np.ndarray, seed: int, rounds: int = 1000, level: float = 0.95
) -> dict[str, float]:
    a = np.asarray(a, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)
    groups = np.asarray(groups)
    if not a.shape == b.shape == groups.shape:
        raise ValueError(f"the shapes {a.shape}, {b.shape} and {groups.shape} differ")
    values, index = np.unique(groups, return_inverse=True)
    n_groups = len(values)
    sum_a = np.bincount(index, weights=a, minlength=n_groups)
    sum_b = np.bincount(index, weights=b, minlength=n_groups)
    counts = np.bincount(index, minlength=n_groups)

    drawn = np.random.default_rng(seed).integers(0, n_groups, size=(rounds, n_groups))
    n = counts[drawn].sum(axis=1)
    differences = sum_a[drawn].sum(axis=1) / n - sum_b[drawn].sum(axis=1) / n
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    tail = min(int((differences <= 0).sum()), int((differences >= 0).sum()))
    return {
        "difference": float(a.mean() - b.mean()),
        "low": float(low),
        "high": float(high),
        "p": float(min(1.0, 2 * tail / rounds)),
    }
