"""The store's tables and views: their columns, the statements behind them, and the rows of those kept in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from deepbench_core.annotations import Item, Review, problem_item
from deepbench_core.difficulty import Rate, measured
from deepbench_core.problems import Problem
from deepbench_core.publication import DIAGNOSES_FILE, SAMPLES_FILE, TEXTS_FILE, Publication
from deepbench_core.records import DIAGNOSES, SAMPLES, TEXTS, Manifest
from deepbench_core.taxonomy import Difficulty, Verdict

RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("revision", pa.int32()),
        ("model", pa.string()),
        ("technique", pa.string()),
        ("suite", pa.string()),
        ("status", pa.string()),
        ("source", pa.string()),
        ("ranked", pa.bool_()),
        ("picked", pa.bool_()),
        ("samples_per_problem", pa.int32()),
        ("problem_ids", pa.list_(pa.string())),
        ("parameters", pa.string()),  # JSON, like the next two
        ("executor", pa.string()),
        ("versions", pa.string()),
        ("prompt_hash", pa.string()),
        ("dataset_hash", pa.string()),
        ("started_at", pa.timestamp("us")),  # UTC
        ("finished_at", pa.timestamp("us")),
        ("note", pa.string()),
        ("folder", pa.string()),
    ]
)
PROBLEMS = pa.schema(
    [
        ("suite", pa.string()),
        ("id", pa.string()),
        ("title", pa.string()),
        ("stage", pa.string()),
        ("task", pa.string()),
        ("modality", pa.string()),
        ("library", pa.string()),
        ("perturbation", pa.string()),
        ("difficulty", pa.string()),
        ("guessed", pa.bool_()),  # whether the difficulty is its author's guess, not what results say
        ("environment", pa.string()),
        ("review", pa.string()),  # as people's annotations make it
        ("own_review", pa.string()),  # as the problem's file says
        ("created", pa.date32()),
        ("entry_points", pa.list_(pa.string())),
        ("tags", pa.list_(pa.string())),
        ("hash", pa.string()),
        ("content", pa.string()),
    ]
)
# Labels of every problem that a run speaks of; `hash` is null where the suite is not at hand to compare with,
# `gone` true where the suite is but the problem no longer.
LABELS = pa.schema(
    [PROBLEMS.field(n) for n in PROBLEMS.names if n not in ("environment", "created", "entry_points", "tags")]
    + [("gone", pa.bool_())]
)

_SCORED = ", ".join(f"'{v.value}'" for v in Verdict if v.scored)
RESULTS = f"""
    create or replace view results as
    select s.*, l.title, l.stage, l.task, l.modality, l.library, l.perturbation, l.difficulty, l.review,
           l.guessed, r.ranked, r.source, r.status, r.revision,
           s.verdict = 'passed' as passed,
           s.verdict in ({_SCORED}) as scored,
           coalesce(l.gone or l.hash <> s.problem_hash, false) as stale
    from samples s
    join runs r using (run_id)
    left join labels l on l.suite = s.suite and l.id = s.problem_id
"""


_SOLVED = """
    select suite, problem_id, model, avg(passed::int), avg(coalesce(tests_passed / nullif(tests_total, 0), 0))
    from results where ranked and scored and not stale group by suite, problem_id, model
"""

FILES = (("samples", SAMPLES_FILE, SAMPLES), ("texts", TEXTS_FILE, TEXTS), ("diagnoses", DIAGNOSES_FILE, DIAGNOSES))


def measure_difficulty(cursor: duckdb.DuckDBPyConnection) -> None:
    """Replace the guesses of difficulty by what results say, where enough models ran."""
    rates: dict[str, dict[str, dict[str, Rate]]] = {}
    try:
        for suite, problem, model, *rate in cursor.execute(_SOLVED).fetchall():
            rates.setdefault(suite, {}).setdefault(problem, {})[model] = Rate(*rate)
        guessed = cursor.execute("select suite, id, difficulty from problems where difficulty is not null").fetchall()
    except duckdb.IOException:
        return  # a file went away meanwhile, so the next look finds a change and comes here again
    guesses: dict[str, dict[str, Difficulty]] = {}
    for suite, problem, guess in guessed:
        guesses.setdefault(suite, {})[problem] = Difficulty(guess)
    found = [
        {"suite": suite, "id": problem, "difficulty": difficulty.value}
        for suite, by_problem in rates.items()
        for problem, difficulty in measured(by_problem, guesses.get(suite)).items()
    ]
    if not found:
        return
    cursor.register("measured", pa.Table.from_pylist(found))
    for table in ("problems", "labels"):
        cursor.execute(
            f"""
            update {table} set difficulty = m.difficulty, guessed = false from measured m
            where {table}.suite = m.suite and {table}.id = m.id
            """
        )
    cursor.unregister("measured")


def selecting(publications: Sequence[Publication], file: str, schema: pa.Schema) -> str:
    """The statement behind a view: every column of the schema with its type, whatever the files lack or add."""
    present = frozenset[str]().union(*(p.columns[file] for p in publications))
    columns = ", ".join(
        f"cast({_value(field) if field.name in present else 'null'} as {_sql_type(field.type)}) as {field.name}"
        for field in schema
    )
    files = [path for p in publications if (path := p.path(file)) is not None]
    if not files:
        return f"select {columns} where false"
    paths = ", ".join(map(_quoted, files))
    return f"select {columns} from read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"


def _value(field: pa.Field) -> str:
    # A time with a zone can't be fetched without pytz; the views hold UTC without a zone.
    return f"{field.name} at time zone 'UTC'" if pa.types.is_timestamp(field.type) and field.type.tz else field.name


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_sql_type(kind.value_type)}[]"
    return "timestamp" if pa.types.is_timestamp(kind) else _SQL_TYPES[kind]


_SQL_TYPES = {
    pa.string(): "varchar",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
}


def _quoted(path: Path) -> str:
    globbed = "".join(f"[{c}]" if c in "[*?" else c for c in str(path))
    return "'" + globbed.replace("'", "''") + "'"


def run_row(publication: Publication) -> dict[str, Any]:
    manifest = publication.manifest
    row = {name: getattr(manifest, name) for name in RUNS.names if name != "folder"}
    for name in ("parameters", "executor", "versions"):
        row[name] = json.dumps(row[name])
    for name in ("started_at", "finished_at"):
        row[name] = row[name].astimezone(UTC).replace(tzinfo=None) if row[name] else None
    return row | {"folder": str(publication.folder)}


def problem_row(problem: Problem, reviews: Mapping[Item, Review]) -> dict[str, Any]:
    meta = problem.meta
    found = reviews.get(problem_item(problem))
    row = {name: getattr(meta, name) for name in PROBLEMS.names if name in type(meta).model_fields}
    row = {name: str(value) if isinstance(value, StrEnum) else value for name, value in row.items()}
    row |= {"review": found.state(meta.review) if found else meta.review.value, "own_review": meta.review.value}
    return row | {"suite": problem.suite, "hash": problem.hash, "content": problem.content, "guessed": True}


def label_rows(
    problems: Sequence[Problem], manifests: Sequence[Manifest], reviews: Mapping[Item, Review]
) -> Iterator[dict[str, Any]]:
    """Today's labels, and for problems that are not at hand those that the newest run was published with."""
    seen: set[tuple[str, str]] = set()
    for problem in problems:
        seen.add((problem.suite, problem.id))
        yield problem_row(problem, reviews) | {"gone": False}
    suites = {suite for suite, _ in seen}
    for manifest in sorted(manifests, key=lambda m: m.finished_at.timestamp() if m.finished_at else 0.0, reverse=True):
        for problem_id, labels in manifest.labels.items():
            if (manifest.suite, problem_id) not in seen:
                seen.add((manifest.suite, problem_id))
                values = labels.model_dump() | {"suite": manifest.suite, "id": problem_id}
                yield values | {
                    "own_review": labels.review,
                    "hash": None,
                    "content": None,
                    "guessed": True,
                    "gone": manifest.suite in suites,
                }
