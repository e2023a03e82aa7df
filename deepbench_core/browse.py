"""What the pages open: one sample whole, problems and who solves them."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepbench_core import board
from deepbench_core.diagnosis import Diagnosis
from deepbench_core.entries import runs_sql, superseded

if TYPE_CHECKING:
    import pandas as pd

    from deepbench_core.filters import Filters
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
    def reference(self) -> str:
        """A solution that passes: the problem's, or what came with the sample."""
        return self.problem.reference if self.problem else self.texts.get("reference") or ""

    @property
    def failing(self) -> list[dict[str, Any]]:
        """The tests that did not pass, in the order they ran."""
        return [t for t in self.tests if t.get("outcome") not in ("passed", "skipped", "xfailed")]


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
    """How each row of the board did on one problem, best first: solved of n, and a sample to open (a failed one first).

    Columns: name, model, solved, n, otherwise (its other verdicts), run_id, sample. Rows without a sample are left out.
    """
    import pandas as pd

    cells = board.suite_cells(store, suite)
    columns = ["name", "model", "solved", "n", "otherwise", "run_id", "sample"]
    if not cells.entries:
        return pd.DataFrame(columns=columns)
    found = store.query(
        f"""
        select entry, count(*) filter (where passed) as solved, count(*) filter (where scored) as n,
               string_agg(distinct verdict, ', ' order by verdict) filter (where not passed) as otherwise,
               arg_min(run_id, (passed, sample)) as run_id, arg_min(sample, (passed, sample)) as sample
        from results join ({runs_sql(cells.entries)}) as e(run, entry) on run = run_id
        anti join ({superseded(store, suite)}) using (run_id, problem_id, sample)
        where suite = ? and problem_id = ? and not stale
        group by entry order by solved / nullif(n, 0) desc nulls last, entry
        """,
        [suite, problem_id],
    )
    found["name"] = [cells.names[i] for i in found["entry"]]
    found["model"] = [cells.entries[i].model for i in found["entry"]]
    return found[columns]


def _json(text: str | None, kind: type[Any]) -> Any:
    try:
        value = json.loads(text) if text else kind()
    except ValueError:
        return kind()
    return value if isinstance(value, kind) else kind()
