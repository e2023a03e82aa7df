"""Which kinds of mistakes models make, where, and how two models differ in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepbench_core import failures
from deepbench_core.categories import Category
from deepbench_core.errors import UserError
from deepbench_core.filters import UNDETERMINED, Filters, label
from deepbench_core.statistics import Difference, paired_difference

if TYPE_CHECKING:
    import pandas as pd

    from deepbench_core.store import Store

GROUPS = ("model", "stage", "task", "modality")
ORDER = (*(c.value for c in Category), UNDETERMINED)


@dataclass(frozen=True)
class Mix:
    """What the failures of each group are: counts, groups × categories, only what occurs."""

    by: str
    groups: tuple[str, ...]
    categories: tuple[str, ...]
    counts: np.ndarray[Any, np.dtype[np.int64]]

    @property
    def totals(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Failures of each group."""
        return np.asarray(self.counts.sum(axis=1))

    def share(self, group: int, category: int) -> float:
        """Share of a group's failures; NaN where it has none."""
        total = int(self.totals[group])
        return int(self.counts[group, category]) / total if total else float("nan")

    def rows(self) -> list[dict[str, Any]]:
        """One row a group and category that occurs."""
        return [
            {self.by: g, "category": c, "failures": int(self.counts[i, j]), "of": int(self.totals[i])}
            for i, g in enumerate(self.groups)
            for j, c in enumerate(self.categories)
            if self.counts[i, j]
        ]


@dataclass(frozen=True)
class Contrast:
    """A category in two models: what share of each one's answers fails that way, on the problems both answered."""

    category: str
    a: float
    b: float
    difference: Difference

    @property
    def label(self) -> str:
        return label("category", self.category)


@dataclass(frozen=True)
class Tally:
    """Counts of failures by model, labels, category and facet, from which everything else adds up."""

    rows: tuple[tuple[str | None, ...], ...]  # in the order of GROUPS, then category, facet
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)

    def categories(self) -> dict[str, int]:
        """Failures by category, most frequent first."""
        return self._by(len(GROUPS))

    def facets(self) -> dict[str, int]:
        """Failures by facet, most frequent first; those without one are left out."""
        return self._by(len(GROUPS) + 1)

    def mix(self, by: str) -> Mix:
        """What the failures are for each model, stage, task or modality."""
        if by not in GROUPS:
            raise UserError(f"no groups by {by!r}; there is {', '.join(GROUPS)}")
        place = GROUPS.index(by)
        groups = tuple(self._by(place))
        used = self.categories()
        categories = tuple(c for c in ORDER if c in used)
        counts = np.zeros((len(groups), len(categories)), dtype=np.int64)
        for row, n in zip(self.rows, self.counts, strict=True):
            group, category = row[place], row[len(GROUPS)]
            if group is not None and category in categories:
                counts[groups.index(group), categories.index(category)] += n
        return Mix(by, groups, categories, counts)

    def _by(self, place: int) -> dict[str, int]:
        found: dict[str, int] = {}
        for row, n in zip(self.rows, self.counts, strict=True):
            if (value := row[place]) is not None:
                found[value] = found.get(value, 0) + n
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def tally(store: Store, filters: Filters) -> Tally:
    """Count the failures within the filters; a category or facet chosen there is left out, since it is the question."""
    table, n, where, params = failures.counted(store, replace(filters, category=(), facet=()), causes=True)
    rows = store.rows(
        f"""
        select {", ".join(GROUPS)}, coalesce(category, '{UNDETERMINED}') as category, facet, {n} as n
        from {table} where {where} and scored and not passed group by all
        """,
        params,
    )
    names = (*GROUPS, "category", "facet")
    return Tally(tuple(tuple(r[name] for name in names) for r in rows), tuple(r["n"] for r in rows))


def contrast(store: Store, filters: Filters, a: str, b: str) -> list[Contrast]:
    """How two models differ, category by category, widest first; the differences add up to that of pass@1.

    One score a problem and model: the share of its samples that failed that way. Paired on the problems that both
    answered, as on the board.
    """
    chosen = replace(filters, model=(a, b), verdict=ALL, category=(), facet=())
    table, n, where, params = failures.counted(store, chosen, causes=True)
    frame = store.query(
        f"""
        select model, problem_id,
               case when passed then 'passed' else coalesce(category, '{UNDETERMINED}') end as fate,
               ({n})::double as n
        from {table} where {where} and scored and not stale group by all
        """,
        params,
    )
    if not len(frame):
        return []
    shares = frame.pivot_table(index=["problem_id", "fate"], columns="model", values="n", fill_value=0.0)
    if a not in shares or b not in shares:
        return []
    total = shares.groupby(level="problem_id").sum()
    both = total[(total[a] > 0) & (total[b] > 0)].index
    found = []
    for category in ORDER:
        one = _scores(shares, total, category, both, a)
        other = _scores(shares, total, category, both, b)
        if one.any() or other.any():
            found.append(Contrast(category, float(one.mean()), float(other.mean()), paired_difference(one, other)))
    return sorted(found, key=lambda c: -abs(c.difference.value))


ALL = ("passed", "failed", "error", "timeout", "out-of-memory", "no-code", "crashed", "tampered")


def _scores(shares: pd.DataFrame, total: pd.DataFrame, fate: str, both: Any, model: str) -> np.ndarray[Any, Any]:
    if fate not in shares.index.get_level_values("fate"):
        return np.zeros(len(both))
    one = shares.xs(fate, level="fate")[model].reindex(both, fill_value=0.0)
    return (one / total[model].reindex(both)).to_numpy(dtype=float)
