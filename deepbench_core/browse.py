"""What the pages list and open: failures in a fixed order, one sample whole, problems and who solves them."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepbench_core import board
from deepbench_core.diagnosis import Diagnosis
from deepbench_core.filters import UNDETERMINED, Filters
from deepbench_core.openness import openness

if TYPE_CHECKING:
    import pandas as pd

    from deepbench_core.problems import Problem
    from deepbench_core.records import Manifest
    from deepbench_core.store import Store

SHOWN = 200_000  # characters of any one text that a page shows; the rest is there to download


class SampleKey(NamedTuple):
    """Names one sample for good."""

    run: str
    problem: str
    sample: int


@dataclass(frozen=True)
class Position:
    """Where a sample stands in a filtered list; `index` counts from 1 and is 0 for one that is not in it."""

    index: int
    total: int
    previous: SampleKey | None
    next: SampleKey | None


@dataclass(frozen=True)
class Sample:
    """Everything about one sample. `row` has the columns of `results`, `texts` those of the text file."""

    row: dict[str, Any]
    texts: dict[str, Any]
    tests: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    evidence: dict[str, Any]
    problem: Problem | None
    manifest: Manifest
    diagnosis: Diagnosis | None = None  # the machine's

    @property
    def code(self) -> str:
        return self.texts.get("code") or ""

    @property
    def failing(self) -> list[dict[str, Any]]:
        """The tests that did not pass, in the order they ran."""
        return [t for t in self.tests if t.get("outcome") not in ("passed", "skipped", "xfailed")]


_ORDER = "problem_id, model, technique, run_id, sample"


def within(store: Store, filters: Filters) -> tuple[str, str, list[Any]]:
    """What the filters leave, for SQL: a table, conditions and parameters."""
    return _table(store, filters), *_where(store, filters)


def failures(store: Store, filters: Filters, *, limit: int = 100, offset: int = 0) -> pd.DataFrame:
    """Samples within the filters, by problem, then model; without a verdict chosen those that did not pass."""
    where, params = _where(store, filters)
    return store.query(
        f"""
        with listed as (
            select run_id, problem_id, sample, model, technique, verdict, stage, task, modality, title,
                   failing_test, error_type, message, stale, integrity, finished_at
            from {_table(store, filters)} where {where} order by {_ORDER} limit {int(limit)} offset {int(offset)}
        )
        select listed.*, c.category, c.facet, c.cause_source
        from listed left join causes c using (run_id, problem_id, sample) order by {_ORDER}
        """,
        params,
    )


def failure_counts(store: Store, filters: Filters) -> dict[str, int]:
    """How many samples of each verdict there are within the filters; most frequent first."""
    where, params = _where(store, filters)
    rows = store.rows(
        f"""
        select verdict, count(*) as n from {_table(store, filters)} where {where}
        group by verdict order by n desc, verdict
        """,
        params,
    )
    return {row["verdict"]: row["n"] for row in rows}


def position(store: Store, filters: Filters, key: SampleKey | None) -> Position:
    """Where `key` stands among the failures, and its neighbours; without one, `next` is the first."""
    where, params = _where(store, filters)
    listed = f"with listed as (select ({_ORDER}) as place from {_table(store, filters)} where {where})"
    here = _order_values(store, key) if key else None
    if here is None:
        first = store.rows(f"{listed} select count(*) as total, min(place) as later from listed", params)[0]
        return Position(0, first["total"], None, _key_of(first["later"]))
    found = store.rows(
        f"""
        {listed}, here as (select (?, ?, ?, ?, ?) as mark)
        select count(*) as total,
               count(*) filter (where place <= mark) as n,
               count(*) filter (where place = mark) as itself,
               max(place) filter (where place < mark) as earlier,
               min(place) filter (where place > mark) as later
        from listed, here
        """,
        [*params, *here],
    )[0]
    index = found["n"] if found["itself"] else 0
    return Position(index, found["total"], _key_of(found["earlier"]), _key_of(found["later"]))


def _key_of(place: tuple[Any, ...] | None) -> SampleKey | None:
    """The sample at a place in _ORDER."""
    return SampleKey(place[3], place[0], place[4]) if place else None


def sample(store: Store, key: SampleKey) -> Sample | None:
    """One sample's whole detail; None when no such sample was published."""
    rows = store.rows("select * from results where run_id = ? and problem_id = ? and sample = ?", list(key))
    if not rows:
        return None
    row = rows[0]
    texts = store.texts(*key) or {}
    found = [p for p in store.problems() if p.id == key.problem and p.suite == row["suite"]]
    diagnosed = store.rows(
        """
        select category, categories, facet, confidence, source, evidence from diagnoses
        where run_id = ? and problem_id = ? and sample = ?
              and code_hash is not distinct from ? and problem_hash is not distinct from ?
        """,
        [*key, row["code_hash"], row["problem_hash"]],
    )
    return Sample(
        row=row,
        texts=texts,
        tests=_json(texts.get("tests"), list),
        messages=_json(texts.get("prompt"), list),
        evidence=_json(texts.get("evidence"), dict),
        problem=found[0] if found else None,
        manifest=store.manifest(key.run),
        diagnosis=_diagnosis(diagnosed[0]) if diagnosed else None,
    )


def _diagnosis(row: dict[str, Any]) -> Diagnosis | None:
    try:
        return Diagnosis.from_row(row | {"evidence": _json(row["evidence"], list)})
    except (KeyError, TypeError, ValueError):
        return None  # of a taxonomy that this version does not know


def diff(expected: str, got: str, *, names: tuple[str, str] = ("reference", "model"), context: int = 3) -> str:
    """Unified difference of two texts; empty when they are equal."""
    lines = difflib.unified_diff(expected.splitlines(), got.splitlines(), *names, lineterm="", n=context)
    return "\n".join(lines)


def problem_table(store: Store, filters: Filters, *, suite: str | None = None) -> pd.DataFrame:
    """Problems within the filters with `solved` of `tried` (ranked entries, by any sample) and mean `rate`."""
    cells = board.suite_cells(store, suite or filters.suite)
    mask = board.problem_mask(cells, filters)
    table = cells.problems[mask].reset_index(drop=True)
    n, c = cells.n[:, mask], cells.c[:, mask]
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(n > 0, c / n, np.nan)
    tried = (n > 0).sum(axis=0)
    rate = np.full(len(table), np.nan)
    rate[tried > 0] = np.nanmean(rates[:, tried > 0], axis=0) if len(cells.entries) else np.nan
    table = table.assign(solved=(c > 0).sum(axis=0), tried=tried, rate=rate)
    if words := filters.search.lower().split():
        text = (table["id"] + " " + table["title"].fillna("")).str.lower()
        table = table[[all(word in line for word in words) for line in text]]
    return table.reset_index(drop=True)


def difficulty(store: Store, problem: Problem) -> tuple[str | None, bool]:
    """A problem's difficulty, and whether that is its author's guess."""
    rows = store.rows(
        "select difficulty, guessed from problems where suite = ? and id = ?", [problem.suite, problem.id]
    )
    return (rows[0]["difficulty"], rows[0]["guessed"]) if rows else (problem.meta.difficulty, True)


def solvers(store: Store, suite: str, problem_id: str) -> pd.DataFrame:
    """How each ranked entry did on one problem: solved of n, and a sample to open (a failed one first)."""
    return store.query(
        f"""
        select model, technique, count(*) filter (where passed) as solved, count(*) filter (where scored) as n,
               string_agg(distinct verdict, ', ' order by verdict) filter (where not passed) as otherwise,
               arg_min(run_id, (passed, sample)) as run_id, arg_min(sample, (passed, sample)) as sample
        from results anti join ({board.superseded(store, suite)}) using (run_id, problem_id, sample)
        where suite = ? and problem_id = ? and ranked and not stale
        group by model, technique order by solved / nullif(n, 0) desc nulls last, model
        """,
        [suite, problem_id],
    )


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


def _table(store: Store, filters: Filters) -> str:
    suites = [filters.suite] if filters.suite else [r["suite"] for r in store.rows("select distinct suite from runs")]
    gone = " union all ".join(board.superseded(store, suite) for suite in suites)
    counted = f"results anti join ({gone}) using (run_id, problem_id, sample)" if gone else "results"
    if filters.category or filters.facet:
        counted += " left join causes using (run_id, problem_id, sample)"
    return f"(select * from {counted})"


def _order_values(store: Store, key: SampleKey) -> list[Any] | None:
    rows = store.rows(
        f"select {_ORDER} from samples where run_id = ? and problem_id = ? and sample = ?",
        list(key),
    )
    return list(rows[0].values()) if rows else None


def _json(text: str | None, kind: type[Any]) -> Any:
    try:
        value = json.loads(text) if text else kind()
    except ValueError:
        return kind()
    return value if isinstance(value, kind) else kind()
