"""Other ways to look at the board: by when its problems were made, by what answers cost, and as the SQL behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from deepbench_core import board, statistics
from deepbench_core import weights as weighting
from deepbench_core.filters import Filters
from deepbench_core.statistics import THIN, Estimate
from deepbench_core.taxonomy import Verdict
from deepbench_core.weights import Weights

if TYPE_CHECKING:
    from deepbench_core.entries import Entry
    from deepbench_core.store import Store


@dataclass(frozen=True)
class Split:
    """How one entry did on the problems from before a date and on those since; `drop` is before minus since."""

    entry: Entry
    before: Estimate
    since: Estimate
    drop: Estimate


def contamination(store: Store, filters: Filters, day: date) -> list[Split]:
    """Each entry before and since a day, best since first.

    A model may have met a problem that is older than its training data's end; a clear drop on newer ones is a sign of
    it, and so may be newer problems that are harder. The two halves hold different problems, so the interval is that
    of two independent means (Welch 1947); NaN where either half is below THIN problems.
    """
    import pandas as pd

    cells = board.suite_cells(store, filters.suite)
    mask = board.problem_mask(cells, filters)
    created = pd.to_datetime(cells.problems["created"])
    newer = mask & (created >= pd.Timestamp(day)).to_numpy(dtype=bool)
    older = mask & (created < pd.Timestamp(day)).to_numpy(dtype=bool)
    n = cells.n + (cells.harness + cells.provider if filters.faults else 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.where(n > 0, cells.c / n, np.nan)
    rows = [
        i
        for i, entry in enumerate(cells.entries)
        if filters.admits(entry.model, entry.technique) and np.isfinite(scores[i][mask]).any()
    ]
    before = statistics.estimates(scores[rows][:, older]) if rows else []
    since = statistics.estimates(scores[rows][:, newer]) if rows else []
    found = [
        Split(cells.entries[row], b, s, _drop(scores[row][older], scores[row][newer]))
        for row, b, s in zip(rows, before, since, strict=True)
    ]
    return sorted(found, key=lambda split: -np.nan_to_num(split.since.value, nan=-1.0))


def contamination_sentence(splits: Sequence[Split], day: date) -> str:
    """What the split says, in words."""
    known = [s for s in splits if np.isfinite(s.drop.low)]
    if not splits:
        return ""
    older = max(s.before.n for s in splits)
    newer = max(s.since.n for s in splits)
    if not known:
        fewer = f"fewer than {THIN} problems are from before" if older < THIN else f"fewer than {THIN} are newer"
        return f"Nothing can be said of {day:%Y-%m-%d}: {fewer} ({older} before, {newer} since)."
    clear = [s.entry.model for s in known if s.drop.low > 0]
    if not clear:
        return f"No model does clearly worse on the {newer} problems since {day:%Y-%m-%d} than on the {older} before."
    names = ", ".join(clear[:3]) + (f" and {len(clear) - 3} more" if clear[3:] else "")
    verb = "do" if clear[1:] else "does"
    return f"{names} {verb} clearly worse on the {newer} problems since {day:%Y-%m-%d} than on the {older} before."


def pareto(cost: Sequence[float], score: Sequence[float]) -> list[bool]:
    """Which points no other is both cheaper than and at least as good as, nor better than at the same cost."""
    points = [(c, s) for c, s in zip(cost, score, strict=True)]
    known = [np.isfinite(c) and np.isfinite(s) for c, s in points]
    return [
        bool(known[i])
        and not any(known[j] and d <= c and t >= s and (d, t) != (c, s) for j, (d, t) in enumerate(points))
        for i, (c, s) in enumerate(points)
    ]


def sql(store: Store, filters: Filters, *, weights: Weights | None = None, since: date | None = None) -> str:
    """The board's rows as one statement for DuckDB, to be run in the results folder, by hand.

    It needs nothing but the Parquet files: which runs make up an entry, and which problems are within the filters with
    the version that counts and their weight, are written into it.
    """
    import pandas as pd

    cells = board.suite_cells(store, filters.suite)
    mask = board.problem_mask(cells, filters)
    if since is not None:
        mask &= (pd.to_datetime(cells.problems["created"]) >= pd.Timestamp(since)).to_numpy(dtype=bool)
    hashes = {
        row["id"]: row["hash"] for row in store.rows("select id, hash from labels where suite = ?", [filters.suite])
    }
    weight = weighting.of_problems(cells.problems, weights or {})
    problems = [
        f"({_text(p)}, {_text(hashes.get(p))}, {w:g})"
        for p, w, within in zip(cells.problems["id"], weight, mask, strict=True)
        if within and w > 0
    ]
    entries = [entry for entry in cells.entries if filters.admits(entry.model, entry.technique)]
    runs = [
        f"({_text(run)}, {i}, {_text(e.model)}, {_text(e.technique)})"
        for i, e in enumerate(entries)
        for run in e.run_ids
    ]
    files = [
        _text(f"{store.publication(run).folder.name}/samples.parquet") for entry in entries for run in entry.run_ids
    ]
    if not problems or not files:
        return "select 'no samples within these filters' as note;\n"
    scored = ", ".join(_text(v) for v in Verdict if v.scored or filters.faults)
    return f"""-- DeepBench: pass@1 on suite {filters.suite}. Run it in the folder of results: duckdb < leaderboard.sql
with runs(run_id, entry, model, technique) as (values
    {_lines(runs)}
),
problems(problem_id, hash, weight) as (values
    {_lines(problems)}
),
samples as (
    select * exclude (model, technique)
    from read_parquet([
        {_lines(files, 8)}
    ], union_by_name = true)
    join runs using (run_id)
    join problems using (problem_id)
    where hash is null or hash = problem_hash  -- the problem has not changed since
),
counted as (  -- of each problem and sample the newest judged response
    select entry, problem_id, verdict, weight
    from samples
    qualify row_number() over (
        partition by entry, problem_id, sample
        order by verdict not in ('harness', 'provider') desc, finished_at desc nulls last, run_id desc
    ) = 1
),
cells as (
    select entry, problem_id, any_value(weight) as weight,
           count(*) filter (where verdict in ({scored})) as n,
           count(*) filter (where verdict = 'passed') as c
    from counted group by entry, problem_id
)
select model, technique, sum(weight * c / n) / sum(weight) as "pass@1", count(*) as problems, sum(n) as samples
from cells join (select distinct entry, model, technique from runs) using (entry)
where n > 0
group by entry, model, technique
order by "pass@1" desc;
"""


def _drop(before: statistics.Array, since: statistics.Array) -> Estimate:
    from scipy import special

    a, b = before[np.isfinite(before)], since[np.isfinite(since)]
    if not a.size or not b.size:
        return statistics.UNDEFINED
    value = float(a.mean() - b.mean())
    if min(a.size, b.size) < THIN:
        return Estimate(value, float("nan"), float("nan"), int(min(a.size, b.size)))
    # As for paired differences: scores that are all equal don't make so few problems certain.
    parts = [(float(x.var(ddof=1)) + 1 / (4 * x.size**2)) / x.size for x in (a, b)]
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (a.size - 1) + parts[1] ** 2 / (b.size - 1))
    half = float(special.stdtrit(freedom, 0.5 + statistics.CONFIDENCE / 2)) * sqrt(sum(parts))
    return Estimate(value, value - half, value + half, int(min(a.size, b.size)))


def _text(value: object) -> str:
    missing = value is None or value != value
    return "null" if missing else "'" + str(value).replace("'", "''") + "'"


def _lines(items: Sequence[str], indent: int = 4) -> str:
    return (",\n" + " " * indent).join(items)
