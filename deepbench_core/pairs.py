"""What the comparison of two models rests on: the problems one by one, the axes, and both answers to one problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepbench_core import board, browse, statistics
from deepbench_core.browse import Sample, SampleKey
from deepbench_core.entries import Entry
from deepbench_core.filters import Filters
from deepbench_core.statistics import Difference
from deepbench_core.taxonomy import AXES

if TYPE_CHECKING:
    import pandas as pd

    from deepbench_core.compare import Pair
    from deepbench_core.store import Store

OUTCOMES = {"only_a": "Only A", "only_b": "Only B", "neither": "Neither", "both": "Both"}


@dataclass(frozen=True)
class GroupPair:
    """Two models on the problems of one label that both answered."""

    axis: str
    value: str
    a: float
    b: float
    difference: Difference  # NaN bounds below 8 problems


def problems(store: Store, filters: Filters, pair: Pair) -> pd.DataFrame:
    """The shared problems with labels, `outcome` (a key of OUTCOMES) and the share of samples a and b passed.

    Disagreements come first, the widest first.
    """
    cells = board.suite_cells(store, filters.suite)
    outcome = {problem: name for name in OUTCOMES for problem in getattr(pair, name)}
    mask = np.array([problem in outcome for problem in cells.problems["id"]], dtype=bool)
    rates = [_rates(cells, cells.entries.index(entry), filters)[mask] for entry in (pair.entry_a, pair.entry_b)]
    table = cells.problems[mask].assign(a=rates[0], b=rates[1])
    table["outcome"] = [outcome[problem] for problem in table["id"]]
    order = table.assign(
        agrees=~table["outcome"].isin(["only_a", "only_b"]),
        wide=-(table["a"] - table["b"]).abs(),
        place=table["outcome"].map({name: i for i, name in enumerate(OUTCOMES)}),
    ).sort_values(["agrees", "wide", "place", "id"])
    return table.loc[order.index].reset_index(drop=True)


def by_axis(table: pd.DataFrame) -> list[GroupPair]:
    """The difference on every label, from the table of `problems`."""
    found = []
    for axis, kind in AXES.items():
        for member in kind:
            part = table[table[axis] == member.value]
            if len(part):
                a, b = part["a"].to_numpy(dtype=float), part["b"].to_numpy(dtype=float)
                difference = statistics.paired_difference(a, b)
                found.append(GroupPair(axis, member.value, float(a.mean()), float(b.mean()), difference))
    return found


def answer(store: Store, entry: Entry, problem: str) -> Sample | None:
    """The newest sample of an entry on a problem that counts, one that did not pass before one that did."""
    rows = store.rows(
        """
        select run_id, sample from results
        where list_contains(?, run_id) and problem_id = ? and not stale
        qualify row_number() over (
            partition by sample order by scored desc, finished_at desc nulls last, run_id desc
        ) = 1
        order by passed, sample limit 1
        """,
        [list(entry.run_ids), problem],
    )
    return browse.sample(store, SampleKey(rows[0]["run_id"], problem, rows[0]["sample"])) if rows else None


def _rates(cells: board.Cells, row: int, filters: Filters) -> statistics.Array:
    n = cells.n[row] + (cells.harness[row] + cells.provider[row] if filters.faults else 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(n > 0, cells.c[row] / n, np.nan))
