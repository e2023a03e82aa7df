"""Small pure functions behind every figure: pass@k, its intervals, and what may be said of a difference.

Scores come as one number per problem (the share of its samples that passed, or its pass@k), because samples of one
problem are not independent. Undefined is None or NaN, never 0 or 1. Everything random is seeded: a page shows the
same figure twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]

CONFIDENCE = 0.95
SEED = 20250226
THIN = 8  # groups with fewer problems are shown grey: their intervals span most of the scale


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval and the number of problems behind it; all NaN when n is 0."""

    value: float
    low: float
    high: float
    n: int

    @property
    def defined(self) -> bool:
        return isfinite(self.value)


UNDEFINED = Estimate(float("nan"), float("nan"), float("nan"), 0)


def pass_at_k(n: int, c: int, k: int) -> float | None:
    """Chance that at least one of k samples drawn from n passes, when c of the n passed; None when k > n.

    The unbiased estimator 1 - C(n-c, k) / C(n, k) of Chen et al. 2021, arXiv 2107.03374, equation 1.
    """
    _check_counts(n, c, k)
    return None if k > n else 1.0 - comb(n - c, k) / comb(n, k)


def pass_hat_k(n: int, c: int, k: int) -> float | None:
    """Chance that all of k samples drawn from n pass, when c of the n passed; None when k > n.

    The unbiased estimator C(c, k) / C(n, k) of pass^k, Yao et al. 2024 (tau-bench), arXiv 2406.12045.
    """
    _check_counts(n, c, k)
    return None if k > n else comb(c, k) / comb(n, k)


def pass_at_k_array(n: ArrayLike, c: ArrayLike, k: int) -> Array:
    """pass_at_k for arrays of counts; NaN where k > n. The product form, which does not overflow."""
    n_, c_ = np.broadcast_arrays(np.asarray(n, dtype=float), np.asarray(c, dtype=float))
    failed = np.ones(n_.shape)
    for i in range(k):  # C(n-c, k) / C(n, k) = prod (n-c-i) / (n-i)
        with np.errstate(divide="ignore", invalid="ignore"):
            failed = failed * np.maximum(n_ - c_ - i, 0.0) / (n_ - i)
    return np.where(n_ >= k, 1.0 - failed, np.nan)


def wilson(successes: float, trials: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927), clipped to [0, 1]; NaN for no trials. For one sample a problem."""
    if trials <= 0:
        return float("nan"), float("nan")
    z = float(special.ndtri(0.5 + confidence / 2))
    p = successes / trials
    centre = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def clustered_standard_error(scores: ArrayLike, clusters: ArrayLike) -> float:
    """Standard error of the mean of `scores` when those of one cluster (problem) depend on each other.

    Miller 2024, "Adding error bars to evals", arXiv 2411.00640, section 2.2; NaN below two clusters.
    """
    x = np.asarray(scores, dtype=float)
    _, index = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(index, weights=x - x.mean()) if x.size else np.empty(0)
    return float(np.sqrt((sums**2).sum()) / x.size) if sums.size > 1 else float("nan")


def bootstrap_means(scores: ArrayLike, *, draws: int = 1000, seed: int = SEED) -> Array:
    """Means of `draws` resamples over problems, for a vector of scores or a matrix rows × problems (NaN: no score).

    All rows share each resample, so that differences of two rows are paired. Result: draws, or rows × draws.
    """
    matrix = np.atleast_2d(np.asarray(scores, dtype=float))
    known = np.isfinite(matrix)
    weights = _resamples(matrix.shape[1], draws, seed)
    if known.all():
        means = matrix @ weights / matrix.shape[1]
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            means = (np.where(known, matrix, 0.0) @ weights) / (known.astype(float) @ weights)
    return means[0] if np.ndim(scores) == 1 else np.asarray(means)


@lru_cache(maxsize=4)
def _resamples(problems: int, draws: int, seed: int) -> Array:
    """How often each problem occurs in each resample: problems × draws. Kept, because pages ask again and again."""
    drawn = np.random.default_rng(seed).integers(0, problems, size=(draws, problems))
    counts = np.bincount((drawn + np.arange(draws)[:, None] * problems).ravel(), minlength=draws * problems)
    weights = np.ascontiguousarray(counts.reshape(draws, problems).T, dtype=float)
    weights.flags.writeable = False
    return weights


def bootstrap_interval(
    scores: ArrayLike, *, confidence: float = CONFIDENCE, draws: int = 1000, seed: int = SEED
) -> tuple[float, float]:
    """Percentile interval of the mean over problems (Efron & Tibshirani 1993, chapter 13); NaN below two problems."""
    x = np.asarray(scores, dtype=float)
    x = x[np.isfinite(x)]
    if x.size < 2:
        return float("nan"), float("nan")
    low, high = np.quantile(
        bootstrap_means(x, draws=draws, seed=seed), [(1 - confidence) / 2, (1 + confidence) / 2], method="linear"
    )
    return float(low), float(high)


def estimate(scores: ArrayLike, *, confidence: float = CONFIDENCE, draws: int = 1000) -> Estimate:
    """The mean of one score per problem with its interval; see `estimates`."""
    return estimates(np.atleast_2d(np.asarray(scores, dtype=float)), confidence=confidence, draws=draws)[0]


def estimates(scores: ArrayLike, *, confidence: float = CONFIDENCE, draws: int = 1000) -> list[Estimate]:
    """The mean of each row of rows × problems (NaN: no score) with its interval, the method chosen by the data.

    Only zeros and ones (a single sample per problem): Wilson. Else a bootstrap over problems. Where all problems
    score the same, a bootstrap would claim certainty, so Wilson's interval for as many problems stands in.
    """
    matrix = np.asarray(scores, dtype=float)
    found: list[Estimate | None] = []
    for row in matrix:
        x = row[np.isfinite(row)]
        if not x.size:
            found.append(UNDEFINED)
        elif np.isin(x, (0.0, 1.0)).all() or np.ptp(x) < 1e-12:
            found.append(Estimate(float(x.mean()), *wilson(float(x.sum()), x.size, confidence), int(x.size)))
        else:
            found.append(None)
    if rest := [i for i, e in enumerate(found) if e is None]:
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        means = bootstrap_means(matrix[rest], draws=draws)
        # NaN: a resample that drew none of the problems that the row has. Rare, and slow to allow for.
        quantiles = (np.nanquantile if np.isnan(means).any() else np.quantile)(means, tails, axis=1)
        for i, low, high in zip(rest, *quantiles, strict=True):
            x = matrix[i][np.isfinite(matrix[i])]
            found[i] = Estimate(float(x.mean()), float(low), float(high), int(x.size))
    return [e for e in found if e is not None]


@dataclass(frozen=True)
class Difference:
    """What row a of a matrix of scores has over row b, on the `n` problems that both have."""

    value: float
    low: float
    high: float
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def paired_differences(scores: ArrayLike, *, confidence: float = CONFIDENCE) -> tuple[Array, Array, Array, Array]:
    """All pairs of rows × problems at once: mean difference (row - column), low and high of its interval, n.

    Paired on the problems that both rows have (NaN: none); the interval is NaN below THIN of those, where no
    difference is claimed. Rows of zeros and ones (one sample a problem): `paired_proportions`. Else the paired t
    interval, as in Miller 2024, arXiv 2411.00640, section 4.2.
    """
    matrix = np.atleast_2d(np.asarray(scores, dtype=float))
    known = np.isfinite(matrix).astype(float)
    x = np.where(known > 0, matrix, 0.0)
    n, both, sums = known @ known.T, x @ x.T, x @ known.T  # sums: of the row, over the problems that both have
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (sums - sums.T) / n
        own_squares = (x**2) @ known.T
        squares = own_squares + own_squares.T - 2 * both
        variance = np.maximum(squares - n * mean**2, 0.0) / (n - 1)
        # Two rows that differ by the same amount everywhere have no variance, yet n problems can't make them certain.
        floor = np.where(np.abs(mean) > 0, 1 / (4 * n**2), 0.0)
        half = special.stdtrit(n - 1, 0.5 + confidence / 2) * np.sqrt((variance + floor) / n)
        proportions = paired_proportions(sums - both, sums.T - both, n, confidence)
    single = np.asarray(np.isin(x, (0.0, 1.0)).all(axis=1))
    low, high = np.where(np.logical_and.outer(single, single), proportions, (mean - half, mean + half))
    return mean, np.where(n >= THIN, low, np.nan), np.where(n >= THIN, high, np.nan), n


def paired_difference(a: ArrayLike, b: ArrayLike, *, confidence: float = CONFIDENCE) -> Difference:
    """The difference of two vectors of scores over the same problems, with its interval."""
    rows = np.stack([np.asarray(a, dtype=float), np.asarray(b, dtype=float)])
    value, low, high, n = (float(m[0, 1]) for m in paired_differences(rows, confidence=confidence))
    return Difference(value, low, high, int(n))


def rank_ranges(scores: ArrayLike, *, confidence: float = CONFIDENCE) -> list[tuple[int, int]]:
    """Best and worst rank that each row may have: one more than the rows clearly better, all but those clearly worse.

    "Clearly" is a paired interval that leaves zero out, without correction for the number of pairs.
    """
    _, low, high, _ = paired_differences(scores, confidence=confidence)
    better = (low > 0).sum(axis=0)  # rows that beat this column
    worse = (high < 0).sum(axis=0)
    rows = low.shape[0]
    return [(1 + int(b), rows - int(w)) for b, w in zip(better, worse, strict=True)]


def mcnemar_exact(only_a: ArrayLike, only_b: ArrayLike) -> Array:
    """Two-sided p that a and b solve equally many problems, from those that only one of them solved; elementwise.

    The exact binomial form of McNemar 1947: given n = only_a + only_b, only_a is Binomial(n, 1/2). 1 for n = 0.
    """
    a, b = np.broadcast_arrays(np.asarray(only_a, dtype=float), np.asarray(only_b, dtype=float))
    return np.asarray(np.minimum(1.0, 2.0 * special.bdtr(np.minimum(a, b), (a + b).astype(np.int64), 0.5)))


def holm(p: ArrayLike) -> Array:
    """p values corrected for their number by Holm 1979's step-down; NaN (no test) stays and doesn't count.

    By hand, because statsmodels' multipletests takes no NaN and a second to import.
    """
    values = np.asarray(p, dtype=float)
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(values[known], kind="stable")]
    stepped = np.maximum.accumulate(values[order] * np.arange(order.size, 0, -1))
    corrected = np.full(values.shape, np.nan)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def paired_proportions(
    only_a: ArrayLike, only_b: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE
) -> tuple[Array, Array]:
    """Interval of the difference of two pass rates on the same n problems, one sample each; elementwise, NaN for none.

    Bonett & Price 2012, "Adjusted Wald confidence interval for a difference of binomial proportions based on paired
    data", J. Educ. Behav. Stat. 37(4): one is added to both discordant counts, so that the width is never 0.
    """
    size = np.where(np.asarray(n, dtype=float) > 0, n, np.nan) + 2
    a, b = (np.asarray(only_a) + 1) / size, (np.asarray(only_b) + 1) / size
    half = float(special.ndtri(0.5 + confidence / 2)) * np.sqrt((a + b - (a - b) ** 2) / size)
    return np.maximum(-1.0, a - b - half), np.minimum(1.0, a - b + half)


def independent_difference(a: Estimate, b: Estimate) -> tuple[float, float]:
    """Interval of a - b for figures from different problems, out of the intervals of the two.

    The square-and-add rule: Newcombe 1998 (method 10) for Wilson's intervals, Zou & Donner 2008 for any others.
    """
    value = a.value - b.value
    low = value - sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
    return low, value + sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)


def problems_needed(differences: ArrayLike, *, confidence: float = CONFIDENCE, power: float = 0.8) -> int | None:
    """How many problems would show a difference as large as the observed one; None when nothing was observed.

    `differences` are those of the scores, one a problem. The normal approximation of a paired test with 80% power:
    Miller 2024, arXiv 2411.00640, section 5; for one sample a problem it is that of Connor 1987, Biometrics 43.
    """
    x = np.asarray(differences, dtype=float)
    x = x[np.isfinite(x)]
    if x.size < 2 or abs(mean := float(x.mean())) < 1e-12:
        return None
    alpha = float(special.ndtri(0.5 + confidence / 2)) * sqrt(float((x**2).mean()))  # variance if there were none
    beta = float(special.ndtri(power)) * float(x.std())
    return max(2, int(np.ceil(((alpha + beta) / mean) ** 2)))


def _check_counts(n: int, c: int, k: int) -> None:
    if not 0 <= c <= n or k < 1:
        raise ValueError(f"need 0 <= c <= n and k >= 1, got n={n}, c={c}, k={k}")
