"""The store: published runs and problem folders as views of one in-memory DuckDB.

Views: `runs` (manifests), `samples`, `texts` and `diagnoses` (the columns of `records.py`), `problems`, and `results`:
samples joined with their problem's labels and their run. Of each run only its latest revision counts. What raters
said is in `annotations` and the views that `annotations.py` makes of it. Nothing here writes.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb
import pyarrow as pa

from deepbench_core.annotations import CAUSES, VIEWS, Item, Review, Shelf, problem_item, reviews
from deepbench_core.annotations import FOLDER as ANNOTATIONS_FOLDER
from deepbench_core.difficulty import measured
from deepbench_core.errors import ProblemError, StoreError
from deepbench_core.problems import Problem, problem_sources, read_source
from deepbench_core.publication import DIAGNOSES_FILE, SAMPLES_FILE, TEXTS_FILE, Publication, read_publication
from deepbench_core.records import DIAGNOSES, SAMPLES, TEXTS, Manifest
from deepbench_core.taxonomy import Verdict

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
Parameters = Sequence[Any] | Mapping[str, Any] | None

_ATTEMPTS = 8
_PROBLEMS_CHECKED_EVERY = 1.0  # seconds; a suite of 1,000 problems costs 10 ms to stat

_RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("revision", pa.int32()),
        ("model", pa.string()),
        ("technique", pa.string()),
        ("suite", pa.string()),
        ("status", pa.string()),
        ("source", pa.string()),
        ("ranked", pa.bool_()),
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
_PROBLEMS = pa.schema(
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
_LABELS = pa.schema(
    [_PROBLEMS.field(n) for n in _PROBLEMS.names if n not in ("environment", "created", "entry_points", "tags")]
    + [("gone", pa.bool_())]
)

_SCORED = ", ".join(f"'{v.value}'" for v in Verdict if v.scored)
_RESULTS = f"""
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
    select suite, problem_id, model, avg(passed::int) as rate
    from results where ranked and scored and not stale group by suite, problem_id, model
"""

_FILES = (("samples", SAMPLES_FILE, SAMPLES), ("texts", TEXTS_FILE, TEXTS), ("diagnoses", DIAGNOSES_FILE, DIAGNOSES))


@dataclass(frozen=True)
class Skipped:
    """A folder or file that the store leaves out, and why, in one line."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class Store:
    """Read-only view of results folders and suites. Safe to share between threads.

    Every query looks first whether a publication appeared or went away (a directory listing), so a page needs no
    refresh button; `version` is the key to cache what was computed from it.
    """

    def __init__(self, results: Path | Sequence[Path], suites: Sequence[Path] = ()) -> None:
        self._results = (results,) if isinstance(results, Path) else tuple(results)
        self._suites = tuple(suites)
        self._db = duckdb.connect(":memory:")
        # Names are never written twice, so a cached footer can't be out of date.
        self._db.execute("set global parquet_metadata_cache = true; set global timezone = 'UTC'")
        self._lock = threading.RLock()
        self._loaded: str | None = None
        self._viewed = False
        self._annotated: pa.Table | None = None
        self._reviews: dict[Item, Review] = {}
        self._shelf = Shelf(self._results)
        self._publications: dict[str, Publication] = {}
        self._checked: dict[Path, tuple[str, Publication | Skipped]] = {}
        self._problems: dict[Path, tuple[str, list[Problem] | Skipped]] = {}  # by source: a folder, or a whole suite
        self._skipped: tuple[Skipped, ...] = ()
        self._suites_seen: tuple[float, str] = (-_PROBLEMS_CHECKED_EVERY, "")

    # What pages and commands ask

    def query(self, sql: str, params: Parameters = None) -> pd.DataFrame:
        """Rows as a data frame. `params` are bound: a sequence for `?` or `$1`, a mapping for `$name`."""

        def fetch(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
            frame: pd.DataFrame = cursor.execute(sql, params).df()
            return frame

        return self._retried(fetch)

    def rows(self, sql: str, params: Parameters = None) -> list[dict[str, Any]]:
        """Rows as dictionaries."""
        return self._retried(lambda cursor: _dictionaries(cursor, sql, params))

    def texts(self, run_id: str, problem_id: str, sample: int) -> dict[str, Any] | None:
        """The long texts of one sample, from its run's file alone; None when there is no such sample."""

        def fetch(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
            if (publication := self._publications.get(run_id)) is None:
                return []
            select = _select([publication], TEXTS_FILE, TEXTS)
            return _dictionaries(cursor, f"{select} where problem_id = ? and sample = ?", [problem_id, sample])

        found = self._retried(fetch)
        return found[0] if found else None

    def manifest(self, run_id: str) -> Manifest:
        """The manifest of a run's latest revision. Raises StoreError for an unknown run."""
        self.refresh(force=False)
        try:
            return self._publications[run_id].manifest
        except KeyError:
            raise StoreError(f"no run {run_id!r} in {', '.join(map(str, self._results))}") from None

    def manifests(self) -> list[Manifest]:
        """All manifests, newest run first."""
        self.refresh(force=False)
        manifests = [p.manifest for p in self._publications.values()]
        return sorted(manifests, key=lambda m: (m.started_at.timestamp() if m.started_at else 0.0, m.run_id))[::-1]

    def publication(self, run_id: str) -> Publication:
        """Where a run's latest revision lies. Raises StoreError for an unknown run."""
        self.manifest(run_id)
        return self._publications[run_id]

    def folder(self, problem: Problem) -> Path | None:
        """The folder of a problem that has one of its own; an imported suite's have not."""
        self.refresh()
        found = (path for path, (_, read) in self._problems.items() if isinstance(read, list) and problem in read)
        path = next(found, None)
        return path if path is not None and path.name == problem.id else None

    def problems(self) -> list[Problem]:
        """Every readable problem of the suites, by suite and id."""
        self.refresh(force=False)
        return [p for _, found in self._problems.values() if isinstance(found, list) for p in found]

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What could not be read, and why; never fatal."""
        self.refresh(force=False)
        return self._skipped

    @property
    def version(self) -> str:
        """Changes when a publication or a problem appears, changes or goes away; cheap enough for every rerun."""
        listing = [self._suites_signature(), *self._shelf.listing()]
        for folder in self._results:
            listing.append(str(folder))
            listing += [f"{e.name} {_signature(e)} {self._doubt(e)}" for e in _entries(folder)]
        return sha256("\n".join(listing).encode("utf-8", "surrogateescape")).hexdigest()[:16]

    def refresh(self, *, force: bool = True) -> None:
        """Read the folders again; with `force=False` only when something changed."""
        with self._lock:
            if force:
                self._checked.clear()
                self._suites_seen = (-_PROBLEMS_CHECKED_EVERY, "")
                self._loaded = None
            for attempt in range(_ATTEMPTS):
                # Taken before looking, so that a change meanwhile is seen at the next query.
                version = self.version
                if version == self._loaded:
                    return
                skipped = self._scan_results() + self._scan_suites()
                annotated = self._shelf.table()
                skipped += [Skipped(path, reason) for path, reason in self._shelf.broken.items()]
                self._skipped = tuple(sorted(skipped, key=lambda s: str(s.path)))
                try:
                    self._build_views(annotated)
                    self._loaded = version
                    return
                except duckdb.IOException as error:
                    self._give_up(error, attempt)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of one's own for several statements in a row; drain every result. Does not retry."""
        self.refresh(force=False)
        with self._db.cursor() as cursor:
            yield cursor

    # How it is kept up to date

    def _retried(self, fetch: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """Again when a file went away between listing and reading, as a partial revision does once it is superseded."""
        for attempt in range(_ATTEMPTS):
            self.refresh(force=attempt > 0)
            try:
                with self._db.cursor() as cursor:
                    return fetch(cursor)
            except duckdb.IOException as error:
                self._give_up(error, attempt)
        raise AssertionError("unreachable")

    @staticmethod
    def _give_up(error: Exception, attempt: int) -> None:
        if attempt + 1 == _ATTEMPTS:
            raise StoreError(f"results can't be read: {' '.join(str(error).split())[:200]}") from None
        time.sleep(0.05 * attempt)

    def _doubt(self, entry: os.DirEntry[str]) -> str:
        """What else to watch of a folder that could not be read: it may still be being copied."""
        known = self._checked.get(Path(entry.path))
        if known is None or isinstance(known[1], Publication) or not entry.is_dir():
            return ""
        return " ".join(f"{e.name} {_signature(e)}" for e in _entries(Path(entry.path)))

    def _scan_results(self) -> list[Skipped]:
        """Find each run's latest revision; what was checked before and has not changed is not opened again."""
        checked: dict[Path, tuple[str, Publication | Skipped]] = {}
        for folder in self._results:
            for entry in _entries(folder):
                path, signature = Path(entry.path), f"{_signature(entry)} {self._doubt(entry)}"
                known = self._checked.get(path)
                checked[path] = known if known and known[0] == signature else (signature, _check(path))
        self._checked = checked
        latest: dict[str, Publication] = {}
        for _, found in checked.values():
            if isinstance(found, Publication):
                run_id = found.manifest.run_id
                if run_id not in latest or latest[run_id].manifest.revision < found.manifest.revision:
                    latest[run_id] = found
        self._publications = dict(sorted(latest.items()))
        return [found for _, found in checked.values() if isinstance(found, Skipped)]

    def _suites_signature(self) -> str:
        """Changes with any file of any problem; looked at once a second at most."""
        checked_at, signature = self._suites_seen
        if time.monotonic() - checked_at >= _PROBLEMS_CHECKED_EVERY:
            lines = [f"{path} {_source_signature(path)}" for suite in self._suites for path in _sources(suite)]
            signature = sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
            self._suites_seen = (time.monotonic(), signature)
        return signature

    def _scan_suites(self) -> list[Skipped]:
        found: dict[Path, tuple[str, list[Problem] | Skipped]] = {}
        names: dict[tuple[str, str], Path] = {}
        skipped = [Skipped(suite, "no such folder of problems") for suite in self._suites if not suite.is_dir()]
        for source in (source for suite in self._suites for source in _sources(suite)):
            signature = _source_signature(source)
            known = self._problems.get(source)
            found[source] = known if known and known[0] == signature else (signature, _load(source))
            loaded = found[source][1]
            for problem in loaded if isinstance(loaded, list) else ():
                if (first := names.setdefault((problem.suite, problem.id), source)) != source:
                    loaded = Skipped(source, f"{problem.suite} {problem.id} was already read from {first}")
                    found[source] = ("", loaded)
                    break
            if isinstance(loaded, Skipped):
                skipped.append(loaded)
        self._problems = found
        return skipped

    def _build_views(self, annotated: pa.Table) -> None:
        publications = list(self._publications.values())
        loaded = [p for _, found in self._problems.values() if isinstance(found, list) for p in found]
        reviews = self._reviews_of(annotated)
        labels = list(_label_rows(loaded, [p.manifest for p in publications], reviews))
        tables = {
            "runs": pa.Table.from_pylist([_run_row(p) for p in publications], _RUNS),
            "problems": pa.Table.from_pylist([_problem_row(p, reviews) for p in loaded], _PROBLEMS),
            "labels": pa.Table.from_pylist(labels, _LABELS),
        }
        # One transaction, so that a query that is running keeps the state it began with.
        with self._db.cursor() as cursor:
            cursor.begin()
            try:
                for name, table in tables.items():
                    cursor.register(f"new_{name}", table)
                    cursor.execute(f"create or replace table {name} as select * from new_{name}")
                    cursor.unregister(f"new_{name}")
                for view, file, schema in _FILES:
                    cursor.execute(f"create or replace view {view} as {_select(publications, file, schema)}")
                cursor.execute(_RESULTS)
                if not self._viewed:  # it names other views only and is bound anew by each query
                    cursor.execute(CAUSES)
                cursor.commit()
                self._viewed = True
            except BaseException:
                cursor.rollback()
                raise
            # By itself: a file that goes away meanwhile must not undo what is above.
            _measure(cursor)

    def _reviews_of(self, annotated: pa.Table) -> dict[Item, Review]:
        """What people say of the problems; asked anew only when somebody answered."""
        if self._annotated is not annotated:
            with self._db.cursor() as cursor:
                cursor.register("new_annotations", annotated)
                cursor.execute(
                    """
                    create or replace table annotations as
                    select * replace (time at time zone 'UTC' as time) from new_annotations
                    """
                )
                cursor.unregister("new_annotations")
                if self._annotated is None:
                    for statement in VIEWS:
                        cursor.execute(statement)
                self._reviews = reviews(_dictionaries(cursor, "select * from reviews", None)) if len(annotated) else {}
            self._annotated = annotated
        return self._reviews


def _measure(cursor: duckdb.DuckDBPyConnection) -> None:
    """Replace the guesses of difficulty by what results say, where enough models ran."""
    rates: dict[str, dict[str, dict[str, float]]] = {}
    try:
        for suite, problem, model, rate in cursor.execute(_SOLVED).fetchall():
            rates.setdefault(suite, {}).setdefault(problem, {})[model] = rate
    except duckdb.IOException:
        return  # a file went away meanwhile, so the next look finds a change and comes here again
    found = [
        {"suite": suite, "id": problem, "difficulty": difficulty.value}
        for suite, by_problem in rates.items()
        for problem, difficulty in measured(by_problem).items()
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


def _dictionaries(cursor: duckdb.DuckDBPyConnection, sql: str, params: Parameters) -> list[dict[str, Any]]:
    cursor.execute(sql, params)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _select(publications: Sequence[Publication], file: str, schema: pa.Schema) -> str:
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


def _run_row(publication: Publication) -> dict[str, Any]:
    manifest = publication.manifest
    row = {name: getattr(manifest, name) for name in _RUNS.names if name != "folder"}
    for name in ("parameters", "executor", "versions"):
        row[name] = json.dumps(row[name])
    for name in ("started_at", "finished_at"):
        row[name] = row[name].astimezone(UTC).replace(tzinfo=None) if row[name] else None
    return row | {"folder": str(publication.folder)}


def _problem_row(problem: Problem, reviews: Mapping[Item, Review]) -> dict[str, Any]:
    meta = problem.meta
    found = reviews.get(problem_item(problem))
    row = {name: getattr(meta, name) for name in _PROBLEMS.names if name in type(meta).model_fields}
    row = {name: str(value) if isinstance(value, StrEnum) else value for name, value in row.items()}
    row |= {"review": found.state(meta.review) if found else meta.review.value, "own_review": meta.review.value}
    return row | {"suite": problem.suite, "hash": problem.hash, "content": problem.content, "guessed": True}


def _label_rows(
    problems: Sequence[Problem], manifests: Sequence[Manifest], reviews: Mapping[Item, Review]
) -> Iterator[dict[str, Any]]:
    """Today's labels, and for problems that are not at hand those that the newest run was published with."""
    seen: set[tuple[str, str]] = set()
    for problem in problems:
        seen.add((problem.suite, problem.id))
        yield _problem_row(problem, reviews) | {"gone": False}
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


def _check(path: Path) -> Publication | Skipped:
    if not path.is_dir():
        return Skipped(path, "not a run: a file")
    try:
        return read_publication(path)
    except StoreError as error:
        return Skipped(path, str(error))
    except OSError as error:
        return Skipped(path, f"not readable: {error.strerror or error}")


def _load(source: Path) -> list[Problem] | Skipped:
    try:
        return read_source(source)
    except ProblemError as error:
        return Skipped(source, str(error).removeprefix(str(source)).lstrip("/:"))


def _sources(suite: Path) -> list[Path]:
    return problem_sources(suite) if suite.is_dir() else []


def _source_signature(source: Path) -> str:
    """Changes with what a problem, or a suite's file, is read from."""
    if source.is_dir():
        return _folder_signature(source)
    return " ".join(_signature(entry) for entry in _entries(source.parent) if entry.name == source.name)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What a results folder shows: no dot-files (publications under way), no read-me and not the annotations."""
    beside = ("readme.md", ANNOTATIONS_FOLDER)
    try:
        with os.scandir(folder) as entries:
            found = [e for e in entries if not e.name.startswith(".") and e.name.lower() not in beside]
    except OSError:
        return []
    return sorted(found, key=lambda e: e.name)


def _signature(entry: os.DirEntry[str]) -> str:
    try:
        status = entry.stat()
    except OSError:
        return "gone"
    return f"{status.st_mtime_ns} {status.st_size} {status.st_ino}"


def _folder_signature(folder: Path) -> str:
    return " ".join(f"{entry.name} {_signature(entry)}" for entry in _entries(folder))
