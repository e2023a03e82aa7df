"""The journal of one run: an SQLite file (WAL) in the home folder that takes everything the moment it is there.

Its folder `runs/<run_id>/` holds `journal.sqlite`, `worker.lock` and `worker.log`. Whoever executes the run holds the
lock for life: the operating system lets go of it however the process ends, whereas a pid may be a zombie's or reused.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from deepbench_core import paths
from deepbench_core.errors import RunError
from deepbench_core.problems import Metadata, Problem
from deepbench_core.publication import clean_text
from deepbench_core.runs.spec import RunSpec

FILE, LOCK, LOG = "journal.sqlite", "worker.lock", "worker.log"
VERSION = 1

_SCHEMA = """
create table meta (key text primary key, value text) without rowid;
create table problems (
    problem_id text primary key, hash text not null, problem text not null, prompt text, prompt_hash text
) without rowid;
create table generations (
    problem_id text, sample integer, finished_at real not null, latency real, prompt_tokens integer,
    completion_tokens integer, cost real, finish_reason text, cut integer, model text, response text not null,
    primary key (problem_id, sample)
);
create table judgements (
    problem_id text, sample integer, finished_at real not null, verdict text not null, seconds real, message text,
    code_hash text, columns text not null, primary key (problem_id, sample)
);
create index judged_code on judgements (problem_id, code_hash);
create index judged_time on judgements (finished_at);
create table details (
    problem_id text, sample integer, code text, tests text, output text, evidence text,
    primary key (problem_id, sample)
);
"""

Key = tuple[str, int]


@dataclass(frozen=True)
class Answer:
    """A finished generation, as it is kept."""

    problem_id: str
    sample: int
    response: str
    latency: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    finish_reason: str = ""
    cut: bool = False
    model: str = ""
    finished_at: float = 0.0


@dataclass(frozen=True)
class Judged:
    """A finished sample, as it is kept. `columns` holds what goes into the narrow file beside the rest."""

    problem_id: str
    sample: int
    verdict: str
    seconds: float = 0.0
    message: str = ""
    code: str | None = None
    code_hash: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    tests: str = "[]"
    output: str = ""
    evidence: str = "{}"
    finished_at: float = 0.0


def runs_dir() -> Path:
    """Where runs that are or were under way on this machine are kept."""
    return paths.home_dir() / "runs"


def run_folder(run_id: str) -> Path:
    """The folder of one run. Raises RunError when there is none."""
    folder = runs_dir() / run_id
    if not run_id or "/" in run_id or not (folder / FILE).is_file():
        raise RunError(f"no run {run_id!r} on this machine; see: deepbench runs")
    return folder


class Journal:
    """One run's memory. Thread-safe; every write is on the disk when the call returns.

    Raises RunError with one line: for a full disk, for a torn file, for one of a newer version.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.path = folder / FILE
        self._lock = threading.RLock()
        mode = "ro" if read_only else "rwc"
        with self._explained():
            self._db = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=30, check_same_thread=False
            )
            self._db.row_factory = sqlite3.Row
            self._db.isolation_level = None
            if not read_only:
                self._db.execute("pragma journal_mode = wal")
                # A generation may have cost money: it has to survive a power cut, too.
                self._db.execute("pragma synchronous = full")

    # Life

    @classmethod
    def create(cls, spec: RunSpec, problems: Sequence[Problem]) -> Journal:
        """Begin the journal of a new run; the problems are kept as they are now, so that a resumed run is one run."""
        folder = runs_dir() / spec.run_id
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            raise RunError(
                f"there is already a run {spec.run_id}; go on with: deepbench resume {spec.run_id}"
            ) from None
        except OSError as error:
            raise RunError(f"{folder}: {error.strerror}") from None
        journal = cls(folder)
        with journal._writing() as db:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            values = {
                "version": VERSION,
                "spec": spec.model_dump(mode="json"),
                "state": "queued",
                "created": time.time(),
            }
            db.executemany("insert into meta values (?, ?)", [(k, json.dumps(v)) for k, v in values.items()])
            db.executemany(
                "insert into problems (problem_id, hash, problem) values (?, ?, ?)",
                [(p.id, p.hash, _pack(p)) for p in problems],
            )
        return journal

    @classmethod
    def open(cls, run_id: str, *, read_only: bool = False) -> Journal:
        """Open what is there. Raises RunError for an unknown run, a torn file and a newer version."""
        journal = cls(run_folder(run_id), read_only=read_only)
        try:
            version = journal.get("version")
            if not isinstance(version, int) or version > VERSION:
                raise RunError(f"{journal.path}: written by a newer DeepBench; update to read it")
            if not read_only:
                journal._check()
        except BaseException:
            journal.close()
            raise
        return journal

    def close(self) -> None:
        """Close the file; idempotent."""
        with self._lock:
            self._db.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the run's lock. Raises RunError when somebody else works on the run."""
        lock = _lock(self.folder)
        try:
            # A moment's patience: whoever asks whether the run is alive tries the lock, too.
            lock.acquire(timeout=2, poll_interval=0.02)
        except Timeout:
            raise RunError(f"{self.folder.name} is already being worked on") from None
        try:
            yield
        finally:
            lock.release()

    # Settings and state

    def get(self, key: str, default: Any = None) -> Any:
        """A value of the run as a whole."""
        found = self._rows("select value from meta where key = ?", [key])
        return json.loads(found[0]["value"]) if found else default

    def meta(self) -> dict[str, Any]:
        """All values of the run as a whole."""
        return {r["key"]: json.loads(r["value"]) for r in self._rows("select * from meta")}

    def keep(self, **values: Any) -> None:
        """Keep values of the run as a whole."""
        rows = [(key, json.dumps(value)) for key, value in values.items()]
        with self._writing() as db:
            db.executemany("insert into meta values (?, ?) on conflict do update set value = excluded.value", rows)

    @property
    def spec(self) -> RunSpec:
        """What was asked for."""
        return RunSpec.model_validate(self.get("spec"))

    def problems(self) -> list[Problem]:
        """The problems as they were when the run was created, by id."""
        return [_unpack(r["problem"]) for r in self._rows("select problem from problems order by problem_id")]

    def prompts(self) -> dict[str, str]:
        """The messages that each problem's samples are asked with, as JSON."""
        return {r["problem_id"]: r["prompt"] for r in self._rows("select * from problems where prompt is not null")}

    def keep_prompts(self, prompts: Mapping[str, tuple[str, str]]) -> None:
        """Keep problem → (messages as JSON, hash), once: a resumed run asks what it asked before."""
        with self._writing() as db:
            db.executemany(
                "update problems set prompt = ?, prompt_hash = ? where problem_id = ? and prompt is null",
                [(clean_text(text), digest, problem) for problem, (text, digest) in prompts.items()],
            )

    # Samples

    def add_answer(self, answer: Answer) -> None:
        """Keep a generation. A second one of the same sample is an error, never a silent replacement."""
        values = (
            answer.problem_id, answer.sample, answer.finished_at or time.time(), answer.latency, answer.prompt_tokens,
            answer.completion_tokens, answer.cost, answer.finish_reason, int(answer.cut), answer.model,
            clean_text(answer.response),
        )  # fmt: skip
        with self._writing() as db:
            db.execute(f"insert into generations values ({', '.join('?' * len(values))})", values)

    def add_judged(self, judged: Judged) -> None:
        """Keep a verdict with its evidence."""
        key = (judged.problem_id, judged.sample)
        narrow = (
            *key, judged.finished_at or time.time(), judged.verdict, judged.seconds, clean_text(judged.message),
            judged.code_hash, json.dumps(dict(judged.columns)),
        )  # fmt: skip
        code = None if judged.code is None else clean_text(judged.code)
        texts = (*key, code, clean_text(judged.tests), clean_text(judged.output), clean_text(judged.evidence))
        with self._writing() as db:
            db.execute(f"insert into judgements values ({', '.join('?' * len(narrow))})", narrow)
            db.execute(f"insert into details values ({', '.join('?' * len(texts))})", texts)

    def forget_faults(self) -> int:
        """Drop verdicts that were nobody's achievement (harness, provider), so that a resumed run tries them again.

        The generation of a `harness` sample stays: it is only judged again. Returns how many there were.
        """
        with self._writing() as db:
            db.execute("""
                delete from details where (problem_id, sample) in (
                    select problem_id, sample from judgements where verdict in ('harness', 'provider'))
            """)
            return db.execute("delete from judgements where verdict in ('harness', 'provider')").rowcount

    def answered(self) -> set[Key]:
        """Samples whose generation is kept."""
        return {(r[0], r[1]) for r in self._rows("select problem_id, sample from generations")}

    def judged(self) -> set[Key]:
        """Samples that are finished."""
        return {(r[0], r[1]) for r in self._rows("select problem_id, sample from judgements")}

    def answer(self, key: Key) -> Answer:
        """A kept generation."""
        row = dict(self._rows("select * from generations where problem_id = ? and sample = ?", key)[0])
        return Answer(**{**row, "cut": bool(row["cut"])})

    def with_code(self, problem_id: str, code_hash: str) -> Judged | None:
        """A finished sample of the same code, if there is one with a verdict about the code."""
        rows = self._rows(
            """
            select j.*, d.code, d.tests, d.output, d.evidence
            from judgements j join details d using (problem_id, sample)
            where problem_id = ? and code_hash = ? and verdict not in ('harness', 'provider') limit 1
            """,
            (problem_id, code_hash),
        )
        return _judged(rows[0]) if rows else None

    def samples(self) -> Iterator[tuple[Answer | None, Judged]]:
        """Every finished sample by problem and number; a provider's failure has no answer."""
        for key in sorted(self.judged()):
            row = self._rows(
                """
                select j.*, d.code, d.tests, d.output, d.evidence
                from judgements j join details d using (problem_id, sample) where problem_id = ? and sample = ?
                """,
                key,
            )[0]
            has_answer = self._rows("select 1 from generations where problem_id = ? and sample = ?", key)
            yield (self.answer(key) if has_answer else None), _judged(row)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """For the progress report: any question to the tables above."""
        return [dict(row) for row in self._rows(sql, params)]

    # Below it all

    def _rows(self, sql: str, params: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock, self._explained():
            return self._db.execute(sql, tuple(params)).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._explained():
            self._db.execute("begin immediate")
            try:
                yield self._db
                self._db.execute("commit")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """SQLite's errors as one line each. Raises RunError."""
        try:
            yield
        except sqlite3.Error as error:
            raise RunError(explain(error, self.path)) from None

    def _check(self) -> None:
        found = self._rows("pragma quick_check(1)")
        if not found or found[0][0] != "ok":
            raise RunError(
                f"{self.path}: torn or damaged ({' '.join(str(found[0][0]).split())[:120] if found else '?'})"
            )


def explain(error: sqlite3.Error, path: Path) -> str:
    """One line for an error of SQLite, with what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    run_id = path.parent.name
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        what = "the disk is full" if code == sqlite3.SQLITE_FULL or _is_full(path) else "the disk failed"
        return f"{what}: can't write {path}; nothing finished is lost: make room, then: deepbench resume {run_id}"
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"{path}: torn or damaged ({error})"
    if code == sqlite3.SQLITE_READONLY or code == sqlite3.SQLITE_CANTOPEN:
        return f"{path}: can't be opened ({error})"
    if "no such table" in str(error):
        return f"{path}: not a journal, or its creation was interrupted"
    return f"{path}: {error}"


def is_held(folder: Path) -> bool:
    """Whether a process works on the run in `folder`."""
    lock = _lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _lock(folder: Path) -> FileLock:
    # Not thread-local: taken and let go by one object, wherever that is used.
    return FileLock(folder / LOCK, thread_local=False)


def _is_full(path: Path) -> bool:
    import shutil

    try:
        return shutil.disk_usage(path.parent).free < 1 << 20
    except OSError:
        return False


def _judged(row: sqlite3.Row) -> Judged:
    values = dict(row)
    return Judged(**{**values, "columns": json.loads(values["columns"])})


def _pack(problem: Problem) -> str:
    texts = {name: getattr(problem, name) for name in ("suite", "prompt", "reference", "tests")}
    return json.dumps(texts | {"meta": problem.meta.model_dump(mode="json")})


def _unpack(text: str) -> Problem:
    values = json.loads(text)
    return Problem(**values | {"meta": Metadata.model_validate(values["meta"])})
