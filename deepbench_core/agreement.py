"""How far raters agree, beyond chance: pure functions over labels, with seeded bootstrap intervals.

Labels come as items × raters of any values, None where a rater did not answer. Samples of one problem are not
independent, so intervals resample clusters (problems) of items where they are given. Undefined is NaN: with one label
only, or fewer than two items rated twice, there is nothing to compare with chance.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from deepbench_core.statistics import CONFIDENCE, SEED, Array, Estimate, wilson

Label = Hashable | None
Ratings = Sequence[Sequence[Label]]  # items × raters

DRAWS = 1000


@dataclass(frozen=True)
class OfLabel:
    """One label's agreement: `both` times both raters of a pair gave it, `one` times only one of them did."""

    label: Hashable
    both: int
    one: int
    agreement: Estimate  # 2 both / (2 both + one), n the items on which anybody gave it

    @property
    def given(self) -> int:
        return 2 * self.both + self.one


def confusion(
    a: Sequence[Label], b: Sequence[Label], labels: Sequence[Hashable]
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """How often rater a said the row's and rater b the column's label; items that one of them left out don't count."""
    place = {label: i for i, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for one, other in zip(a, b, strict=True):
        if one is not None and other is not None:
            table[place[one], place[other]] += 1
    return table


def cohen(a: Sequence[Label], b: Sequence[Label], *, clusters: Sequence[Hashable] | None = None) -> Estimate:
    """Kappa of two raters (Cohen 1960) with its interval; n is the number of items that both rated."""
    kept = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x is not None and y is not None]
    labels = list(dict.fromkeys([a[i] for i in kept] + [b[i] for i in kept]))
    place = {label: i for i, label in enumerate(labels)}
    size = len(labels)
    cells = np.array([place[a[i]] * size + place[b[i]] for i in kept], dtype=int)

    def kappa(weights: Array) -> float:
        return _kappa(np.bincount(cells, weights, minlength=size * size).astype(float).reshape(size, size))

    return _bootstrapped(kappa, len(kept), [clusters[i] for i in kept] if clusters is not None else None)


def krippendorff_alpha(ratings: Ratings, *, clusters: Sequence[Hashable] | None = None) -> Estimate:
    """Alpha of any number of raters (Krippendorff 2011), nominal, with its interval; n: items rated at least twice."""
    import krippendorff

    kept = [i for i, row in enumerate(ratings) if sum(v is not None for v in row) >= 2]
    labels = list(dict.fromkeys(v for i in kept for v in ratings[i] if v is not None))
    counts = np.array([[sum(v == label for v in ratings[i]) for label in labels] for i in kept], dtype=float)

    def alpha(weights: Array) -> float:
        drawn = np.repeat(counts, weights.astype(int), axis=0)
        if (drawn.sum(axis=0) > 0).sum() < 2:
            return float("nan")
        return float(krippendorff.alpha(value_counts=drawn, level_of_measurement="nominal"))

    return _bootstrapped(alpha, len(kept), [clusters[i] for i in kept] if clusters is not None else None)


def observed(ratings: Ratings, *, clusters: Sequence[Hashable] | None = None) -> Estimate:
    """Share of pairs of ratings of one item that are equal, without correction for chance."""
    shares = [pairs for row in ratings if (pairs := _equal_pairs(row)) is not None]
    kept = [i for i, row in enumerate(ratings) if _equal_pairs(row) is not None]

    def share(weights: Array) -> float:
        return float(np.average(shares, weights=weights)) if weights.any() else float("nan")

    found = _bootstrapped(share, len(shares), [clusters[i] for i in kept] if clusters is not None else None)
    if found.n and not np.isfinite(found.low):
        return Estimate(found.value, *wilson(float(np.sum(shares)), len(shares)), found.n)
    return found


def by_label(
    ratings: Ratings, labels: Sequence[Hashable], *, clusters: Sequence[Hashable] | None = None
) -> list[OfLabel]:
    """Specific agreement on each label over all pairs of raters: how sure is the other, once one of them gave it?

    Fleiss 1981, chapter 13.1 (there "proportion of specific agreement"). Labels that nobody gave are left out.
    """
    kept = [i for i, row in enumerate(ratings) if sum(v is not None for v in row) >= 2]
    found = []
    for label in labels:
        both = np.array([_pairs_with(ratings[i], label)[0] for i in kept], dtype=float)
        one = np.array([_pairs_with(ratings[i], label)[1] for i in kept], dtype=float)
        touched = both + one > 0
        if not touched.any():
            continue

        def specific(weights: Array, both: Array = both, one: Array = one) -> float:
            whole = 2 * (weights @ both) + weights @ one
            return float(2 * (weights @ both) / whole) if whole else float("nan")

        estimate = _bootstrapped(specific, len(kept), [clusters[i] for i in kept] if clusters is not None else None)
        low, high = estimate.low, estimate.high
        if not np.isfinite(low):
            low, high = wilson(float(both[touched].sum()), float((both + one)[touched].sum()))
        counted = Estimate(estimate.value, low, high, int(touched.sum()))
        found.append(OfLabel(label, int(both.sum()), int(one.sum()), counted))
    return found


def in_words(kappa: float) -> str:
    """The usual words for a chance-corrected agreement (Landis & Koch 1977): a convention, not a test."""
    if not np.isfinite(kappa):
        return "undefined"
    bounds = ((0.0, "none"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))
    return next((words for bound, words in bounds if kappa <= bound), "almost perfect")


def _kappa(table: Array) -> float:
    from statsmodels.stats.inter_rater import cohens_kappa

    if (table.sum(axis=0) + table.sum(axis=1) > 0).sum() < 2:
        return float("nan")  # one label only: chance would agree too
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(cohens_kappa(table, return_results=False))


def _equal_pairs(row: Sequence[Label]) -> float | None:
    given = [v for v in row if v is not None]
    pairs = [(x, y) for i, x in enumerate(given) for y in given[i + 1 :]]
    return sum(x == y for x, y in pairs) / len(pairs) if pairs else None


def _pairs_with(row: Sequence[Label], label: Hashable) -> tuple[int, int]:
    """Pairs of ratings of one item in which both, and in which one of them, gave the label."""
    given = [v for v in row if v is not None]
    hits = sum(v == label for v in given)
    return hits * (hits - 1) // 2, hits * (len(given) - hits)


def _bootstrapped(
    statistic: Callable[[Array], float], n: int, clusters: Sequence[Hashable] | None, *, draws: int = DRAWS
) -> Estimate:
    """A statistic of weighted items with its percentile interval; resamples in which it is undefined don't count."""
    if n == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    value = statistic(np.ones(n))
    _, index = np.unique(
        np.array([repr(c) for c in clusters] if clusters is not None else range(n)), return_inverse=True
    )
    groups = int(index.max()) + 1
    if groups < 2 or not np.isfinite(value):
        return Estimate(value, float("nan"), float("nan"), n)
    drawn = np.random.default_rng(SEED).multinomial(groups, np.full(groups, 1 / groups), size=draws)
    values = np.array([statistic(weights[index].astype(float)) for weights in drawn])
    values = values[np.isfinite(values)]
    # Where every resample says the same, a bootstrap would claim certainty.
    if values.size < draws / 2 or np.ptp(values) < 1e-12:
        return Estimate(value, float("nan"), float("nan"), n)
    low, high = np.quantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(value, float(low), float(high), n)
