"""The list of samples that did not pass, in a fixed order: how many, a page of it, and where one sample stands.

The order begins with the problem, so counts by problem, made once for each publication, say which problems a page of
the list falls on, and only their samples are looked at. Words to search for are in the samples alone: then all are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from deepbench_core.browse import SampleKey
from deepbench_core.entries import superseded
from deepbench_core.filters import UNDETERMINED, Filters
from deepbench_core.openness import openness

if TYPE_CHECKING:
    import pandas as pd

    from deepbench_core.store import Store


@dataclass(frozen=True)
class Position:
    """Where a sample stands in a filtered list; `index` counts from 1 and is 0 for one that is not in it."""

    index: int
    total: int
    previous: SampleKey | None
    next: SampleKey | None


_ORDER = "problem_id, model, technique, run_id, sample"
_COUNTED = """
    suite, problem_id, model, technique, verdict, scored, passed, stale, ranked, source, stage, task, modality, library,
    perturbation, difficulty, review
"""


@dataclass(frozen=True)
class _Spans:
    """How many samples of each problem are within the filters, in the list's order."""

    problems: tuple[str, ...]
    ends: tuple[int, ...]  # samples up to and with each problem

    @property
    def total(self) -> int:
        return self.ends[-1] if self.ends else 0

    def before(self, i: int) -> int:
        return self.ends[i - 1] if i else 0


def within(store: Store, filters: Filters, problems: Sequence[str] | None = None) -> tuple[str, str, list[Any]]:
    """What the filters leave, of some problems only if given, for SQL: a table, conditions and parameters."""
    where, params = _where(store, filters)
    if problems is not None:
        where += f" and problem_id in ({', '.join('?' * len(problems)) or 'null'})"
        params = [*params, *problems]
    return _table(store, filters, problems), where, params


def counted(store: Store, filters: Filters, *, causes: bool = False) -> tuple[str, str, str, list[Any]]:
    """What the filters leave, to be counted, for SQL: a table, the expression of a count, conditions and parameters.

    With `causes` the table has `category` and `facet` too. A row of it stands for all samples of one problem, model
    and verdict (and cause), unless the filters look for words, which only the samples have.
    """
    causes = causes or bool(filters.category or filters.facet)
    if filters.search:
        return _table(store, filters, causes=causes), "count(*)", *_where(store, filters)
    name, columns = ("tallied_causes", f"{_COUNTED}, category, facet") if causes else ("tallied", _COUNTED)
    every = _table(store, Filters(), causes=causes)
    table = store.kept(name, f"select {columns}, count(*) as n from {every} group by all")
    return table, "sum(n)::bigint", *_where(store, filters)


def listed(store: Store, filters: Filters, *, limit: int = 100, offset: int = 0) -> pd.DataFrame:
    """Samples within the filters, by problem, then model; without a verdict chosen those that did not pass."""
    near, skipped = None, 0
    if (spans := _spans(store, filters)) is not None:
        first, last = bisect_right(spans.ends, offset), bisect_left(spans.ends, offset + limit)
        near, skipped = spans.problems[first : last + 1], spans.before(first)
    table, where, params = within(store, filters, near)
    return store.query(
        f"""
        with listed as (
            select run_id, problem_id, sample, model, technique, verdict, stage, task, modality, title,
                   failing_test, error_type, message, stale, integrity, finished_at
            from {table} where {where} order by {_ORDER} limit {int(limit)} offset {int(offset - skipped)}
        )
        select listed.*, c.category, c.facet, c.cause_source
        from listed left join causes c using (run_id, problem_id, sample) order by {_ORDER}
        """,
        params,
    )


def by_verdict(store: Store, filters: Filters) -> dict[str, int]:
    """How many samples of each verdict there are within the filters; most frequent first."""
    table, n, where, params = counted(store, filters)
    rows = store.rows(
        f"select verdict, {n} as n from {table} where {where} group by verdict order by n desc, verdict", params
    )
    return {row["verdict"]: row["n"] for row in rows}


def position(store: Store, filters: Filters, key: SampleKey | None) -> Position:
    """Where `key` stands among the failures, and its neighbours; without one, `next` is the first."""
    here = _order_values(store, key) if key else None
    near, before, total = None, 0, None
    if (spans := _spans(store, filters)) is not None:
        # The sample's own problem, and those beside it that have samples.
        place = bisect_left(spans.problems, here[0]) if here else 0
        first = max(0, place - 1)
        near, before, total = spans.problems[first : place + 2], spans.before(first), spans.total
    table, where, params = within(store, filters, near)
    found = store.rows(
        f"""
        with listed as (select ({_ORDER}) as place from {table} where {where}),
             here as (select case when ?::varchar is null then null else (?, ?, ?, ?, ?) end as mark)
        select count(*) as total,
               count(*) filter (where place <= mark) as n,
               count(*) filter (where place = mark) as itself,
               max(place) filter (where place < mark) as earlier,
               min(place) filter (where mark is null or place > mark) as later
        from listed, here
        """,
        [*params, here[0] if here else None, *(here or [""] * 4 + [0])],
    )[0]
    index = before + found["n"] if found["itself"] else 0
    total = found["total"] if total is None else total
    return Position(index, total, _key_of(found["earlier"]), _key_of(found["later"]))


def _spans(store: Store, filters: Filters) -> _Spans | None:
    """None where only the samples themselves can say."""
    if filters.search:
        return None
    table, n, where, params = counted(store, filters)
    rows = store.rows(
        f"select problem_id, {n} as n from {table} where {where} group by problem_id order by problem_id", params
    )
    return _Spans(tuple(r["problem_id"] for r in rows), tuple(accumulate(r["n"] for r in rows)))


def _key_of(place: tuple[Any, ...] | None) -> SampleKey | None:
    """The sample at a place in _ORDER."""
    return SampleKey(place[3], place[0], place[4]) if place else None


def _where(store: Store, filters: Filters) -> tuple[str, list[Any]]:
    where, params = filters.problem_where()
    if filters.suite:
        where.append("suite = ?")
        params.append(filters.suite)
    if filters.model:
        where.append("list_contains(?, model)")
        params.append(list(filters.model))
    else:
        where.append("(ranked or source <> 'run')")  # the pseudo-models only when asked for
    if filters.openness:
        models = [row["model"] for row in store.rows("select distinct model from runs")]
        where.append("list_contains(?, model)")
        params.append([model for model in models if openness(model) in filters.openness])
    if filters.technique:
        where.append("list_contains(?, technique)")
        params.append(list(filters.technique))
    if filters.verdict:
        where.append("list_contains(?, verdict)")
        params.append(list(filters.verdict))
    else:
        where.append("verdict <> 'passed'")
    if filters.only_problem:
        where.append("problem_id = ?")
        params.append(filters.only_problem)
    if filters.category:
        where.append(f"list_contains(?, coalesce(category, '{UNDETERMINED}'))")
        params.append(list(filters.category))
    if filters.facet:
        where.append("list_contains(?, facet)")
        params.append(list(filters.facet))
    for word in filters.search.lower().split():
        where.append("contains(lower(concat_ws(' ', problem_id, title, model, failing_test, error_type, message)), ?)")
        params.append(word)
    return " and ".join(where), params


def _table(store: Store, filters: Filters, problems: Sequence[str] | None = None, *, causes: bool = False) -> str:
    suites = [filters.suite] if filters.suite else [r["suite"] for r in store.rows("select distinct suite from runs")]
    gone = " union all ".join(superseded(store, suite, problems) for suite in suites)
    counted = f"results anti join ({gone}) using (run_id, problem_id, sample)" if gone else "results"
    if causes or filters.category or filters.facet:
        counted += " left join causes using (run_id, problem_id, sample)"
    return f"(select * from {counted})"


def _order_values(store: Store, key: SampleKey) -> list[Any] | None:
    rows = store.rows(
        f"select {_ORDER} from samples where run_id = ? and problem_id = ? and sample = ?",
        list(key),
    )
    return list(rows[0].values()) if rows else None
