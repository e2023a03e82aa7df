"""Paired comparison: two models on the problems that both answered, all pairs of a board, one model on two suites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from deepbench_core import statistics
from deepbench_core.entries import Entry
from deepbench_core.errors import UserError
from deepbench_core.filters import Filters
from deepbench_core.selection import Selection, select
from deepbench_core.statistics import CONFIDENCE, SEED, THIN, UNDEFINED, Array, Estimate

if TYPE_CHECKING:
    import pandas as pd

    from deepbench_core.store import Store

DRAWS = 1000  # of the bootstrap
PART = 500  # pairs that are resampled at once, so that the draws stay small in memory
NAN = float("nan")


@dataclass(frozen=True)
class Pair:
    """Model a against model b on the `n` of `total` problems that both answered; a positive difference favours a.

    A problem counts as solved where at least half of its samples passed: `both`, `only_a`, `only_b` and `neither` list
    problem ids, and add up to `n`. With one sample each, `test` is McNemar's; with more, a paired bootstrap.
    """

    a: str
    b: str
    entry_a: Entry
    entry_b: Entry
    rate_a: Estimate  # on the shared problems
    rate_b: Estimate
    difference: float
    low: float
    high: float
    p: float
    test: str  # "McNemar's exact test", "paired bootstrap", or "" where there is none
    needed: int | None  # problems that would tell a difference as large as this one, with 80% power
    n: int
    total: int
    both: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    neither: tuple[str, ...]
    sentence: str

    @property
    def clear(self) -> bool:
        """Whether the models can be told apart."""
        return self.p < 1 - CONFIDENCE


@dataclass(frozen=True)
class Matrix:
    """All pairs of rows, best row first: arrays rows × rows, row minus column; NaN where there is nothing to say."""

    names: tuple[str, ...]
    entries: tuple[Entry, ...]
    difference: Array
    low: Array
    high: Array
    p: Array
    holm: Array  # p corrected for the number of pairs
    n: Array  # problems that both answered
    total: int
    ranks: tuple[tuple[int, int], ...]  # best and worst that each row may have

    def frame(self) -> pd.DataFrame:
        """One row a pair: a, b, difference, low, high, p, holm, n, of."""
        import pandas as pd

        columns = ["a", "b", "difference", "low", "high", "p", "holm", "n", "of"]
        arrays = (self.difference, self.low, self.high, self.p, self.holm, self.n)
        rows = [
            (self.names[i], self.names[j], *(float(x[i, j]) for x in arrays), self.total)
            for i, j in combinations(range(len(self.names)), 2)
        ]
        return pd.DataFrame(rows, columns=columns).astype({"n": int})


@dataclass(frozen=True)
class Drop:
    """One model on two suites: `value` is its rate on a minus that on b, from different problems."""

    name: str
    a: Estimate
    b: Estimate
    coverage_a: float
    coverage_b: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Across:
    """The models that were run on both suites, largest drop first, and what the drop is on average."""

    suite_a: str
    suite_b: str
    drops: tuple[Drop, ...]
    total_a: int
    total_b: int
    sentence: str

    def frame(self) -> pd.DataFrame:
        """One row a model: model, a and b (each rate, low, high, n, coverage), drop, low, high."""
        import pandas as pd

        columns = ["model", "a", "a_low", "a_high", "n_a", "coverage_a", "b", "b_low", "b_high", "n_b", "coverage_b"]
        rows = [
            (d.name, *_cells(d.a), d.coverage_a, *_cells(d.b), d.coverage_b, d.value, d.low, d.high) for d in self.drops
        ]
        return pd.DataFrame(rows, columns=[*columns, "drop", "low", "high"])


def pair(store: Store, filters: Filters, a: Entry | str, b: Entry | str) -> Pair:
    """Compare two rows of the board of `filters.suite`; the filters' choice of models is left aside.

    `a` and `b` are entries, or names as in `selection.names`. Raises UserError for a name that fits none or several.
    """
    chosen = select(store, _any_model(filters))
    i, j = chosen.row(a), chosen.row(b)
    if i == j:
        raise UserError(f"{chosen.labels[i]!r} was given twice; name two rows of the board")
    return pair_of(chosen, i, j)


def pair_of(chosen: Selection, i: int, j: int) -> Pair:
    """Compare two rows of a selection."""
    x, y = chosen.scores[i], chosen.scores[j]
    shared = np.isfinite(x) & np.isfinite(y)
    x, y, n = x[shared], y[shared], int(shared.sum())
    single = bool(n) and bool((chosen.n[[i, j]][:, shared] == 1).all())
    ids = chosen.problems["id"].to_numpy(dtype=str)[shared]
    solved_x, solved_y = x >= 0.5, y >= 0.5
    lists = [
        tuple(str(k) for k in ids[mask])
        for mask in (solved_x & solved_y, solved_x & ~solved_y, ~solved_x & solved_y, ~solved_x & ~solved_y)
    ]
    rates = statistics.estimates(np.stack([x, y])) if n else [UNDEFINED, UNDEFINED]
    low = high = p = NAN
    test = ""
    if single:
        only_a, only_b = len(lists[1]), len(lists[2])
        test, p = "McNemar's exact test", float(statistics.mcnemar_exact(only_a, only_b))
        low, high = (float(end) for end in statistics.paired_proportions(only_a, only_b, n))
    elif n >= THIN:
        test = "paired bootstrap"
        (low,), (high,), (p,) = bootstrap_test((chosen.scores[i] - chosen.scores[j])[None])  # as in the matrix
    found = Pair(
        a=chosen.labels[i],
        b=chosen.labels[j],
        entry_a=chosen.entries[i],
        entry_b=chosen.entries[j],
        rate_a=rates[0],
        rate_b=rates[1],
        difference=float((x - y).mean()) if n else NAN,
        low=float(low),
        high=float(high),
        p=float(p),
        test=test,
        needed=statistics.problems_needed(x - y),
        n=n,
        total=chosen.total,
        both=lists[0],
        only_a=lists[1],
        only_b=lists[2],
        neither=lists[3],
        sentence="",
    )
    return replace(found, sentence=sentence(found))


def bootstrap_test(differences: Array, *, draws: int = DRAWS, seed: int = SEED) -> tuple[Array, Array, Array]:
    """Interval and p of the mean of each row of differences (rows × problems, NaN: not shared), problems resampled.

    Percentile interval; p from the mean over its bootstrap standard error as a t statistic (Efron & Tibshirani 1993,
    chapters 12 and 13), because counting draws can't give the small p values that a correction for many pairs needs.
    """
    known = np.isfinite(differences)
    n = known.sum(axis=1)
    mean = np.where(known, differences, 0.0).sum(axis=1) / np.maximum(n, 1)
    means = np.atleast_2d(statistics.bootstrap_means(differences, draws=draws, seed=seed))
    # NaN: a resample that drew none of the shared problems. Rare, and slow to allow for.
    rare = bool(np.isnan(means).any())
    error = (np.nanstd if rare else np.std)(means, axis=1)
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    low, high = (np.nanquantile if rare else np.quantile)(means, tails, axis=1)
    # Rows that differ by the same amount everywhere have no spread, yet n problems can't make them certain.
    error = np.where((error < 1e-12) & (np.abs(mean) > 0), 1 / (2 * np.maximum(n, 1)), error)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(np.abs(mean) < 1e-12, 0.0, -np.abs(mean) / error)
    p = np.minimum(1.0, 2 * special.stdtr(np.maximum(n - 1, 1), t))
    return np.asarray(low), np.asarray(high), np.asarray(p)


def matrix(store: Store, filters: Filters) -> Matrix:
    """All pairs of the rows that the filters leave, with Holm's correction; with `filters.complete` complete rows only.

    Two rows with fewer than 8 shared problems are not compared.
    """
    return matrix_of(select(store, filters), complete=filters.complete)


def matrix_of(chosen: Selection, *, complete: bool = True) -> Matrix:
    """All pairs of a selection's rows."""
    means = [float(np.nanmean(s)) for s in chosen.scores]
    order = sorted((i for i in range(len(means)) if chosen.complete[i] or not complete), key=lambda i: -means[i])
    scores, counts = chosen.scores[order], chosen.n[order]
    known = np.isfinite(scores).astype(float)
    n = known @ known.T
    first, second = np.triu_indices(len(order), 1)
    d = scores[first] - scores[second]
    difference, low, high, p = (np.full(n.shape, np.nan) for _ in range(4))
    enough = n[first, second] >= THIN
    many = (known > 0) & (counts != 1)  # more than one sample
    shared_many = (many.astype(float) @ known.T)[first, second] + (known @ many.astype(float).T)[first, second]
    single = shared_many == 0
    told = np.flatnonzero(enough & single)
    rows, columns = first[told], second[told]
    only_a, only_b = (d[told] > 0).sum(axis=1), (d[told] < 0).sum(axis=1)
    low[rows, columns], high[rows, columns] = statistics.paired_proportions(only_a, only_b, n[rows, columns])
    p[rows, columns] = statistics.mcnemar_exact(only_a, only_b)
    several = np.flatnonzero(enough & ~single)
    for start in range(0, several.size, PART):
        part = several[start : start + PART]
        low[first[part], second[part]], high[first[part], second[part]], p[first[part], second[part]] = bootstrap_test(
            d[part]
        )
    told = np.flatnonzero(enough)
    if told.size:
        difference[first[told], second[told]] = np.nanmean(d[told], axis=1)
    holm = np.full(n.shape, np.nan)
    holm[first, second] = statistics.holm(p[first, second])
    for array in (p, holm, difference):
        array[second, first] = array[first, second]
    difference[second, first] *= -1
    low[second, first], high[second, first] = -high[first, second], -low[first, second]
    return Matrix(
        names=tuple(chosen.labels[i] for i in order),
        entries=tuple(chosen.entries[i] for i in order),
        difference=difference,
        low=low,
        high=high,
        p=p,
        holm=holm,
        n=n,
        total=chosen.total,
        ranks=tuple(statistics.rank_ranges(scores)) if order else (),
    )


def across(store: Store, suite_a: str, suite_b: str, filters: Filters | None = None) -> Across:
    """The same models on two suites: how far each one's rate falls from a to b.

    A model with its technique is matched where both suites have it, by the row that answered most. The problems
    differ, so the interval is that of independent figures. The filters' models, techniques and labels hold for both.
    """
    filters = filters or Filters()
    sides = [_best_rows(select(store, filters, suite=suite)) for suite in (suite_a, suite_b)]
    totals = [side[1] for side in sides]
    drops = []
    shared = [key for key in sides[0][0] if key in sides[1][0]]
    often = [model for model, _ in shared]
    for model, technique in shared:
        a, b = sides[0][0][model, technique], sides[1][0][model, technique]
        low, high = statistics.independent_difference(a, b)
        name = model if often.count(model) == 1 else f"{model} · {technique}"
        drops.append(Drop(name, a, b, a.n / totals[0], b.n / totals[1], a.value - b.value, low, high))
    drops.sort(key=lambda d: -d.value)
    words = ""
    if drops:
        mean = 100 * float(np.mean([d.value for d in drops]))
        sure = sum(d.low > 0 or d.high < 0 for d in drops)
        verb = "lower" if mean >= 0 else "higher"
        models = "1 model solves" if len(drops) == 1 else f"{len(drops)} models solve"
        words = (
            f"{models} {abs(mean):.1f} points {verb} on {suite_b} than on {suite_a} on average; "
            f"for {sure} of {len(drops)} the difference is clear."
        )
    return Across(suite_a, suite_b, tuple(drops), totals[0], totals[1], words)


def sentence(found: Pair) -> str:
    """What a comparison says, in words."""
    if not found.n:
        return f"{found.a} and {found.b} have no problem in common."
    on = f"{found.n} of {found.total} problems that both answered"
    start = (
        f"{found.a} solves {_points(found.rate_a.value)}% and {found.b} {_points(found.rate_b.value)}% "
        f"of the samples of {on}"
        if found.test == "paired bootstrap"
        else f"{found.a} solves {_points(found.rate_a.value)}% and {found.b} {_points(found.rate_b.value)}% of {on}"
    )
    if not found.test:
        return f"{start}; too few to compare."
    p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}" if found.p < 0.1 else f"p = {found.p:.2f}"
    ends = (found.low, found.high) if found.difference >= 0 else (-found.high, -found.low)  # of the better one's lead
    interval = f"[{_points(ends[0])}, {_points(ends[1])}]"
    size = f"the difference of {_points(abs(found.difference))} points"
    if found.clear:
        return f"{start}; {size} {interval} is more than noise, {p} ({found.test})."
    needed = f"; about {found.needed} problems would tell such a difference" if found.needed else ""
    return f"{start}; {size} {interval} is within noise, {p} ({found.test}){needed}."


def _best_rows(chosen: Selection) -> tuple[dict[tuple[str, str], Estimate], int]:
    best: dict[tuple[str, str], Estimate] = {}
    for entry, estimate in zip(chosen.entries, statistics.estimates(chosen.scores), strict=True):
        key = (entry.model, entry.technique)
        if estimate.defined and (key not in best or best[key].n < estimate.n):
            best[key] = estimate
    return best, chosen.total


def _cells(estimate: Estimate) -> tuple[float, float, float, int]:
    return estimate.value, estimate.low, estimate.high, estimate.n


def _any_model(filters: Filters) -> Filters:
    return replace(filters, model=(), technique=(), search="")


def _points(share: float) -> str:
    return f"{100 * share:.1f}"
