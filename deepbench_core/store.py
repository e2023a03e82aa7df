"""The store: published runs and problem folders as views of one in-memory DuckDB.

Views: `runs` (manifests), `samples`, `texts` and `diagnoses` (the columns of `records.py`), `problems`, and `results`:
samples joined with their problem's labels and their run. Of each run only its latest revision counts. What raters
said is in `annotations` and the views that `annotations.py` makes of it. Nothing here writes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb
import pyarrow as pa

from deepbench_core.annotations import CAUSES, VIEWS, Item, Review, Shelf, reviews
from deepbench_core.annotations import FOLDER as ANNOTATIONS_FOLDER
from deepbench_core.errors import ProblemError, StoreError
from deepbench_core.problems import Problem, problem_sources, read_source
from deepbench_core.publication import TEXTS_FILE, Publication, read_publication
from deepbench_core.records import TEXTS, Manifest
from deepbench_core.views import (
    FILES,
    LABELS,
    PROBLEMS,
    RESULTS,
    RUNS,
    label_rows,
    measure_difficulty,
    problem_row,
    run_row,
    selecting,
)

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
Parameters = Sequence[Any] | Mapping[str, Any] | None

_ATTEMPTS = 8
_PROBLEMS_CHECKED_EVERY = 1.0  # seconds; a suite of 1,000 problems costs 10 ms to stat


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
        self._kept: dict[str, str | None] = {}  # table: the version that it is of
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
            select = selecting([publication], TEXTS_FILE, TEXTS)
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

    def kept(self, name: str, statement: str) -> str:
        """A table with the rows of a statement, filled once for each version; returns its name for SQL."""
        table = f"kept_{name}"

        def fill(cursor: duckdb.DuckDBPyConnection) -> None:
            cursor.execute(f"create or replace table {table} as {statement}")

        with self._lock:
            self.refresh(force=False)
            if self._kept.get(name) != self._loaded:
                version = self._loaded
                self._retried(fill)
                self._kept[name] = version
        return table

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
        labels = list(label_rows(loaded, [p.manifest for p in publications], reviews))
        tables = {
            "runs": pa.Table.from_pylist([run_row(p) for p in publications], RUNS),
            "problems": pa.Table.from_pylist([problem_row(p, reviews) for p in loaded], PROBLEMS),
            "labels": pa.Table.from_pylist(labels, LABELS),
        }
        # One transaction, so that a query that is running keeps the state it began with.
        with self._db.cursor() as cursor:
            cursor.begin()
            try:
                for name, table in tables.items():
                    cursor.register(f"new_{name}", table)
                    cursor.execute(f"create or replace table {name} as select * from new_{name}")
                    cursor.unregister(f"new_{name}")
                for view, file, schema in FILES:
                    cursor.execute(f"create or replace view {view} as {selecting(publications, file, schema)}")
                cursor.execute(RESULTS)
                if not self._viewed:  # it names other views only and is bound anew by each query
                    cursor.execute(CAUSES)
                cursor.commit()
                self._viewed = True
            except BaseException:
                cursor.rollback()
                raise
            # By itself: a file that goes away meanwhile must not undo what is above.
            measure_difficulty(cursor)

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


def _dictionaries(cursor: duckdb.DuckDBPyConnection, sql: str, params: Parameters) -> list[dict[str, Any]]:
    cursor.execute(sql, params)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


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
