"""Gaps: how much better a model is on one stage, task or modality than on another, and whether that means anything.

The best of several groups minus the worst is positive even where all groups are alike, because the extremes are picked
after looking. So each gap stands beside a corrected one, an interval that allows for the picking, and the p value of
a test that the labels don't matter at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from deepbench_core import statistics
from deepbench_core.board import suite_cells
from deepbench_core.entries import Entry
from deepbench_core.filters import LABELS, Filters, label
from deepbench_core.selection import select
from deepbench_core.statistics import CONFIDENCE, SEED, THIN, UNDEFINED, Array, Estimate
from deepbench_core.taxonomy import AXES

if TYPE_CHECKING:
    import pandas as pd

    from deepbench_core.store import Store

DRAWS = 1000  # permutations behind each p value
NAN = float("nan")

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Group:
    """One value of an axis: the pass rate there with its interval, on `estimate.n` of `total` problems."""

    value: str  # the slug, `model-construction`
    label: str  # "Model construction"
    estimate: Estimate
    total: int

    @property
    def thin(self) -> bool:
        """Under 8 answered problems: shown grey, and never the best or the worst."""
        return self.estimate.n < THIN


@dataclass(frozen=True)
class Gap:
    """The groups of one model (or of all), and best minus worst of those that are not thin; NaN below two of them."""

    name: str
    entry: Entry | None  # None over all models
    groups: tuple[Group, ...]
    best: str = ""
    worst: str = ""
    value: float = NAN  # the naive gap
    low: float = NAN
    high: float = NAN
    corrected: float = NAN  # for having picked the extremes
    p: float = NAN  # that the groups don't differ at all
    n: int = 0  # problems behind it
    total: int = 0  # problems within the filters
    complete: bool = True  # at least 95% of the problems have an answer
    sentence: str = ""

    @property
    def defined(self) -> bool:
        return bool(np.isfinite(self.value))


@dataclass(frozen=True)
class Gaps:
    """One axis: `overall` (the mean over the models), and one gap a model, largest pass rate first."""

    axis: str
    overall: Gap
    models: tuple[Gap, ...]
    total: int

    def frame(self) -> pd.DataFrame:
        """One row for each model and group: model, group, label, rate, low, high, n, of, thin."""
        import pandas as pd

        columns = ["model", "group", "label", "rate", "low", "high", "n", "of", "thin"]
        rows = [
            (g.name, k.value, k.label, k.estimate.value, k.estimate.low, k.estimate.high, k.estimate.n, k.total, k.thin)
            for g in self.models
            for k in g.groups
        ]
        return pd.DataFrame(rows, columns=columns)

    def summary(self) -> pd.DataFrame:
        """One row for each model and one for all: model, best, worst, gap, low, high, corrected, p, n, of, sentence."""
        import pandas as pd

        columns = ["model", "best", "worst", "gap", "low", "high", "corrected", "p", "n", "of", "sentence"]
        rows = [
            (g.name, g.best, g.worst, g.value, g.low, g.high, g.corrected, g.p, g.n, g.total, g.sentence)
            for g in (*self.models, self.overall)
        ]
        return pd.DataFrame(rows, columns=columns)


def gap(store: Store, filters: Filters, axis: str) -> Gaps:
    """The gaps of every model within the filters, and over all models, among the groups of an axis.

    `axis` is any column that labels a problem: stage, task, modality, library, perturbation, difficulty, review,
    environment. Over all models a problem's score is the mean over the models; with `filters.complete` only over those
    that answered 95% of the problems, where there are any.
    """
    chosen = select(store, filters)
    labels = chosen.problems[axis].fillna("").to_numpy(dtype=str)
    values = _values(axis, labels)
    found = gaps_of(chosen.scores, labels, values)
    rows = [_named(g, axis, chosen.labels[i], chosen.entries[i], chosen.complete[i]) for i, g in enumerate(found)]
    order = np.argsort([-_mean(s) for s in chosen.scores], kind="stable")
    counted = chosen.complete if filters.complete and chosen.complete.any() else np.ones(len(rows), dtype=bool)
    merged = _over_models(chosen.scores[counted])
    only = chosen.entries[int(np.argmax(counted))] if counted.sum() == 1 else None
    several = len({e.model for e, one in zip(chosen.entries, counted, strict=True) if one}) < counted.sum()
    everyone = "The one model" if only else f"All {int(counted.sum())} {'rows' if several else 'models'}"
    overall = _named(gaps_of(merged[None], labels, values)[0], axis, everyone, only, True)
    return Gaps(axis, overall, tuple(rows[i] for i in order), chosen.total)


def axes_of(store: Store, filters: Filters) -> tuple[str, ...]:
    """The axes that a suite's problems are labelled on: the three of ours, and the library where that is known."""
    libraries = suite_cells(store, filters.suite).problems["library"].nunique()
    return (*AXES, "library") if libraries > 1 else tuple(AXES)


def gaps_of(scores: Array, labels: Sequence[str] | np.ndarray[Any, Any], values: Sequence[str]) -> list[Gap]:
    """The gap of each row of scores (rows × problems, NaN: no answer), without names or words."""
    marks = np.asarray(labels)
    groups: list[list[Group]] = [[] for _ in scores]
    for value in values:
        part = scores[:, marks == value]
        shown = statistics.estimates(part) if part.shape[1] else [UNDEFINED] * len(scores)
        for row, estimate in zip(groups, shown, strict=True):
            row.append(Group(value, value, estimate, part.shape[1]))
    solid = [[g.value for g in found if not g.thin] for found in groups]
    counted = np.array([np.isfinite(row) & np.isin(marks, s) for row, s in zip(scores, solid, strict=True)], dtype=bool)
    ps = range_tests(scores, marks, counted.reshape(scores.shape))
    return [
        _one(row, marks, tuple(found), mask, p) for row, found, mask, p in zip(scores, groups, counted, ps, strict=True)
    ]


def range_test(scores: Array, labels: np.ndarray[Any, Any], *, draws: int = DRAWS, seed: int = SEED) -> float:
    """The p value of `range_tests` for one row without missing scores."""
    known = np.ones((1, scores.size), dtype=bool)
    return float(range_tests(scores[None], labels, known, draws=draws, seed=seed)[0])


def range_tests(
    scores: Array, labels: np.ndarray[Any, Any], counted: Mask, *, draws: int = DRAWS, seed: int = SEED
) -> Array:
    """p, for each row, that max - min of its groups' means is this large when labels are dealt to problems at random.

    A permutation test (Good 2005, "Permutation, parametric and bootstrap tests of hypotheses", chapter 3) with the
    observed deal counted among the draws (Phipson & Smyth 2010), so p is never 0. Picking the extremes happens in
    each draw too, which corrects for it. Only the `counted` problems of a row (rows × problems) are dealt; NaN where
    they are of fewer than two groups.
    """
    found = np.full(len(scores), np.nan)
    alike: dict[tuple[bytes, bool], list[int]] = {}  # rows that can share their draws
    for i, (row, mask) in enumerate(zip(scores, counted, strict=True)):
        alike.setdefault((mask.tobytes(), bool(np.isin(row[mask], (0.0, 1.0)).all())), []).append(i)
    for (_, single), rows in alike.items():
        mask = counted[rows[0]]
        _, index, sizes = np.unique(labels[mask], return_inverse=True, return_counts=True)
        if sizes.size < 2:
            continue
        order = np.argsort(index, kind="stable")
        x = scores[rows][:, mask][:, order]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        observed = np.ptp(np.add.reduceat(x, starts, axis=1) / sizes, axis=1)
        ranges = _ranges_of_counts(x, sizes, draws, seed) if single else _ranges(x, starts, sizes, draws, seed)
        found[rows] = (1 + (ranges >= observed[:, None] - 1e-12).sum(axis=1)) / (draws + 1)
    return found


def _ranges_of_counts(x: Array, sizes: np.ndarray[Any, Any], draws: int, seed: int) -> Array:
    """Ranges of dealt zeros and ones, rows × draws: a deal is how many of the ones each group gets."""
    sums = [
        np.random.default_rng(seed).multivariate_hypergeometric(sizes, int(row.sum()), size=draws, method="marginals")
        for row in x
    ]
    return np.asarray(np.ptp(np.stack(sums) / sizes, axis=2))


def _ranges(x: Array, starts: np.ndarray[Any, Any], sizes: np.ndarray[Any, Any], draws: int, seed: int) -> Array:
    """Ranges of dealt scores, rows × draws."""
    deals = _deals(x.shape[1], draws, seed)
    if len(x) < 5:  # few rows: dealing each costs less than writing down who is dealt what
        sums = np.stack([np.add.reduceat(row.take(deals), starts, axis=1) for row in x])
        return np.asarray(np.ptp(sums / sizes, axis=2))
    high, low = np.full((len(x), draws), -np.inf), np.full((len(x), draws), np.inf)
    for start, size in zip(starts, sizes, strict=True):
        places = np.zeros((x.shape[1], draws))  # which problems this group is dealt in each draw
        np.put_along_axis(places, deals[:, start : start + size].T, 1.0, axis=0)
        means = x @ places / size
        np.maximum(high, means, out=high)
        np.minimum(low, means, out=low)
    return np.asarray(high - low)


@lru_cache(maxsize=4)
def _deals(problems: int, draws: int, seed: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    order = np.tile(np.arange(problems), (draws, 1))
    deals: np.ndarray[Any, np.dtype[np.intp]] = np.random.default_rng(seed).permuted(order, axis=1)
    deals.flags.writeable = False
    return deals


def _one(scores: Array, marks: np.ndarray[Any, Any], groups: tuple[Group, ...], counted: Mask, p: float) -> Gap:
    solid = [g for g in groups if not g.thin]
    n, total = int(np.isfinite(scores).sum()), scores.size
    if len(solid) < 2:
        return Gap("", None, groups, n=n, total=total)
    best = max(solid, key=lambda g: g.estimate.value)
    worst = min(reversed(solid), key=lambda g: g.estimate.value)
    means = np.array([g.estimate.value for g in solid])
    variances = np.array([_variance(scores[counted & (marks == g.value)]) for g in solid])
    shrunk = shrink(means, variances)
    top, bottom = solid.index(best), solid.index(worst)
    value = best.estimate.value - worst.estimate.value
    low, high = _interval(
        scores[counted & (marks == best.value)], scores[counted & (marks == worst.value)], _reach(len(solid))
    )
    return Gap(
        name="",
        entry=None,
        groups=groups,
        best=best.value,
        worst=worst.value,
        value=value,
        low=low,
        high=high,
        corrected=float(shrunk[top] - shrunk[bottom]),
        p=float(p),
        n=n,
        total=total,
    )


def shrink(means: Array, variances: Array) -> Array:
    """Groups' means drawn towards their common mean, each by as much as its noise explains of the spread.

    The empirical Bayes estimate of Efron & Morris 1977 with the spread between groups of Paule & Mandel 1982. The
    extremes of noisy means lie too far out (Efron 2011, "Tweedie's formula and selection bias"); these do far less:
    benchmarks/uncertainty.py prints what is left, about a quarter of the naive bias where there is no gap at all.
    """
    spread = 0.0
    for _ in range(60):  # the spread at which the groups scatter as their variances say, by Newton's steps
        weights = 1 / (variances + spread)
        centre = float((weights * means).sum() / weights.sum())
        excess = float((weights * (means - centre) ** 2).sum()) - (means.size - 1)
        if (excess <= 0 and spread == 0) or abs(excess) < 1e-10:
            break
        spread = max(0.0, spread + excess / float((weights**2 * (means - centre) ** 2).sum()))
    weights = 1 / (variances + spread)
    centre = float((weights * means).sum() / weights.sum())
    return centre + (means - centre) * spread / (spread + variances)


def _interval(best: Array, worst: Array, reach: float) -> tuple[float, float]:
    """Interval of the difference of two groups' means, `reach` standard errors wide.

    Square-and-add (Newcombe 1998, method 10) of score intervals, in which the scores' variance stands where Wilson's
    has p(1 - p), so that it serves shares of several samples too. Plain standard errors cover only 86–90% here.
    """
    (mean_a, low_a, high_a), (mean_b, low_b, high_b) = (_score_interval(x, reach) for x in (best, worst))
    value = mean_a - mean_b
    low = value - float(np.hypot(mean_a - low_a, high_b - mean_b))
    return max(-1.0, low), min(1.0, value + float(np.hypot(high_a - mean_a, mean_b - low_b)))


def _score_interval(x: Array, z: float) -> tuple[float, float, float]:
    mean, n = float(x.mean()), x.size
    centre = (mean + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(x.var() / n + z * z / (4 * n * n)))
    return mean, max(0.0, centre - half), min(1.0, centre + half)


def _variance(scores: Array) -> float:
    """Squared standard error of a group's mean, with one passed and one failed problem added (Agresti & Caffo 2000).

    Without them, a group in which everything passed would be taken for certain.
    """
    padded = np.concatenate([scores, [0.0, 1.0]])
    return float(padded.var() / padded.size)


@lru_cache(maxsize=32)
def _reach(groups: int) -> float:
    """Half width, in standard errors, of an interval that holds for all pairs of groups at once, whichever is picked.

    Tukey's studentized range, with each pair's own standard error as in Games & Howell 1976.
    """
    if groups == 2:
        return float(special.ndtri(0.5 + CONFIDENCE / 2))
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(CONFIDENCE, groups, np.inf)) / float(np.sqrt(2))


def _over_models(scores: Array) -> Array:
    known = np.isfinite(scores)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(known, scores, 0.0).sum(axis=0) / known.sum(axis=0))


def _mean(scores: Array) -> float:
    known = scores[np.isfinite(scores)]
    return float(known.mean()) if known.size else -1.0


def _values(axis: str, labels: np.ndarray[Any, Any]) -> tuple[str, ...]:
    """The groups to show: a vocabulary's members that occur, in its order; else what occurs."""
    present = {str(v) for v in labels} - {""}
    known = [m.value for m in LABELS[axis] if m.value in present] if axis in LABELS else []
    return (*known, *sorted(present - set(known)))


def _named(found: Gap, axis: str, name: str, entry: Entry | None, complete: bool) -> Gap:
    groups = tuple(Group(g.value, label(axis, g.value), g.estimate, g.total) for g in found.groups)
    named = replace(found, name=name, entry=entry, groups=groups, complete=bool(complete))
    return replace(named, sentence=sentence(named, axis))


def sentence(found: Gap, axis: str) -> str:
    """What a gap says, in words."""
    if not found.defined:
        return (
            f"{found.name}: fewer than two {_plural(axis)} have {THIN} answered problems, so there is no gap to tell."
        )
    by_value: Mapping[str, Group] = {g.value: g for g in found.groups}
    best, worst = by_value[found.best], by_value[found.worst]
    verb = "solve" if found.entry is None else "solves"
    start = f"{found.name} {verb} {_points(best.estimate.value)}% of {_in_words(best.label)} problems"
    p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}" if found.p < 0.1 else f"p = {found.p:.2f}"
    end = (
        f"is more than noise, {p}; corrected for picking the extremes it is {_points(found.corrected)} points"
        if found.p < 1 - CONFIDENCE
        else f"is within noise, {p}"
    )
    return (
        f"{start} and {_points(worst.estimate.value)}% of {_in_words(worst.label)} problems; "
        f"the {_points(found.value)}-point gap {end}."
    )


def drill(store: Store, filters: Filters, axes: Sequence[str] = ("stage", "task", "modality")) -> pd.DataFrame:
    """Every combination of labels that has problems: the axes' labels, model, rate, low, high, n, of, thin.

    The last model of each combination is "All models", the mean over them.
    """
    import pandas as pd

    chosen = select(store, filters)
    keys = pd.MultiIndex.from_frame(chosen.problems[list(axes)].fillna(""))
    scores = np.vstack([chosen.scores, _over_models(chosen.scores)[None]])
    rows: list[tuple[Any, ...]] = []
    for key in sorted(set(keys)):
        part = scores[:, np.asarray(keys == key)]
        for name, e in zip((*chosen.labels, "All models"), statistics.estimates(part), strict=True):
            rows.append((*key, name, e.value, e.low, e.high, e.n, part.shape[1], e.n < THIN))
    return pd.DataFrame(rows, columns=[*axes, "model", "rate", "low", "high", "n", "of", "thin"])


def _plural(axis: str) -> str:
    return {"modality": "modalities", "difficulty": "difficulties", "review": "review states"}.get(axis, f"{axis}s")


def _in_words(name: str) -> str:
    return name[:1].lower() + name[1:]


def _points(share: float) -> str:
    return f"{100 * share:.0f}"
