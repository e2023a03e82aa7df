"""Judging responses that were made elsewhere: rows of JSON in, verdicts out, in the order they came.

The file is read twice: first every row is checked, so that a mistake in the last line costs no hour of judging; then
rows flow through the executor with a bounded number in flight, whatever the file's size.
"""

from __future__ import annotations

import json
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from deepbench_core.errors import UserError
from deepbench_core.executors.types import Judgement
from deepbench_core.extract import extract_answer
from deepbench_core.jsonl import parse, read_lines
from deepbench_core.models import bounded
from deepbench_core.problems import Problem, dataset_hash
from deepbench_core.publication import clean_text, write_publication
from deepbench_core.records import Manifest
from deepbench_core.runs import diagnosing, judging
from deepbench_core.runs.journal import Answer, Judged
from deepbench_core.runs.judging import Judge, Say
from deepbench_core.runs.publish import Row, labels_of, sample_row, scrubbed, versions
from deepbench_core.runs.spec import new_run_id

IN_FLIGHT = 256  # rows that are read ahead of the oldest one that is not judged yet


@dataclass(frozen=True)
class ResponseRow:
    """One row of the input. `code` wins over `response`; both None is an answer without code."""

    problem_id: str
    sample: int
    response: str | None
    code: str | None
    model: str | None
    line: int
    cut: bool = False


@dataclass(frozen=True)
class Checked:
    """What a first look at a file found."""

    rows: int
    problems: tuple[Problem, ...]  # those that occur, by id
    models: tuple[str, ...]
    duplicates: int  # rows whose (model, problem_id, sample) came before
    notes: tuple[str, ...]  # what was accepted although it is odd; one line each


@dataclass(frozen=True)
class Scored:
    """One judged row: what the output file holds, and what a publication needs."""

    row: ResponseRow
    judged: Judged
    verdict: dict[str, Any]


def check_responses(path: Path, problems: Sequence[Problem]) -> Checked:
    """Look at every row. Raises UserError with file, line and what is wrong for the first bad one."""
    known = {p.id: p for p in problems}
    suite = problems[0].suite
    seen: set[tuple[str | None, str, int]] = set()
    used: dict[str, Problem] = {}
    models: dict[str, None] = {}
    count = duplicates = damaged = 0
    for row, clean in _read(path):
        if row.problem_id not in known:
            raise UserError(f"{path}:{row.line}: no problem {row.problem_id!r} in {suite}")
        key = (row.model, row.problem_id, row.sample)
        duplicates += key in seen
        seen.add(key)
        used[row.problem_id] = known[row.problem_id]
        models[row.model or ""] = None
        count += 1
        damaged += not clean
    if not count:
        raise UserError(f"{path}: holds no row")
    notes = []
    if damaged:
        notes.append(f"{path}: {damaged} rows are not UTF-8; their bad bytes became U+FFFD")
    if duplicates:
        notes.append(f"{path}: {duplicates} rows repeat a model, problem and sample; each is judged")
    return Checked(count, tuple(used[k] for k in sorted(used)), tuple(m for m in models if m), duplicates, tuple(notes))


def score(rows: Iterable[ResponseRow], problems: Mapping[str, Problem], judge: Judge) -> Iterator[Scored]:
    """Judge rows and yield them in their order; at most IN_FLIGHT are held."""
    waiting: deque[tuple[ResponseRow, Judged | tuple[str, Future[Judgement]]]] = deque()
    for row in rows:
        waiting.append((row, _begin(row, problems[row.problem_id], judge)))
        while waiting and (len(waiting) >= IN_FLIGHT or _is_ready(waiting[0][1])):
            yield _end(*waiting.popleft(), problems, judge)
    while waiting:
        yield _end(*waiting.popleft(), problems, judge)


def score_file(
    responses: Path,
    problems: Sequence[Problem],
    *,
    out: Path | None = None,
    executor: str = "auto",
    workers: int | None = None,
    unsafe: bool = False,
    publish_to: Path | None = None,
    model: str | None = None,
    say: Say | None = None,
    checked: Checked | None = None,
) -> Iterator[dict[str, Any]]:
    """Judge a file of responses; yields the rows of verdicts as they are there.

    `out` appears once it is whole; until then its lines, each complete, are in `<out>.part`, which stays when the
    judging is stopped. `publish_to` files the verdicts into a results folder as source `scored`, one run for each
    model of the rows, or for `model`. Raises UserError before anything runs.
    """
    found = checked or check_responses(responses, problems)
    if publish_to and found.duplicates:
        raise UserError(f"{responses}: can't be published: {found.duplicates} rows repeat a model, problem and sample")
    if publish_to and not (model or (found.models and all(row.model for row, _ in _read(responses)))):
        raise UserError(f"{responses}: can't be published: rows don't say which model made them; use --model")
    by_id = {p.id: p for p in found.problems}
    started = datetime.now(UTC)
    with (
        _output(out) as lines,
        _collector(publish_to) as collect,
        judging.open_judge(found.problems, executor, workers=workers, unsafe=unsafe, tolerant=True, say=say) as judge,
    ):
        for scored in score((row for row, _ in _read(responses)), by_id, judge):
            if lines:
                lines.add(scored.verdict)
            collect(scored, model or scored.row.model or "")
            yield scored.verdict
        if publish_to:
            collect.publish(publish_to, found.problems, judge, started, source=responses.name)


# Reading


def _read(path: Path) -> Iterator[tuple[ResponseRow, bool]]:
    """Rows with whether they were clean UTF-8. A row without `sample` is its problem's (and model's) next one."""
    counters: dict[tuple[str | None, str], int] = {}
    for number, line in read_lines(path):
        yield _row(path, number, line, counters)


def _row(path: Path, number: int, line: bytes, counters: dict[tuple[str | None, str], int]) -> tuple[ResponseRow, bool]:
    where = f"{path}:{number}"
    try:
        text, clean = line.decode(), True
    except UnicodeDecodeError:
        text, clean = line.decode(errors="replace"), False
    values = parse(text, where)
    if not isinstance(values, dict):
        raise UserError(f"{where}: must be an object with problem_id, sample, and response or code")
    problem_id = values.get("problem_id")
    if isinstance(problem_id, int) and not isinstance(problem_id, bool):
        problem_id = str(problem_id)
    if not isinstance(problem_id, str) or not problem_id:
        raise UserError(f"{where}: problem_id is missing or not a text")
    if "response" not in values and "code" not in values:
        raise UserError(f"{where}: needs response or code")
    for name in ("response", "code", "model"):
        if not isinstance(values.get(name), str | None):
            raise UserError(f"{where}: {name} is {type(values[name]).__name__}, not a text")
    model = values.get("model") or None
    key = (model, problem_id)
    sample = values.get("sample", counters.get(key, 0))
    if isinstance(sample, bool) or not isinstance(sample, int) or not 0 <= sample < 2**31:
        raise UserError(f"{where}: sample is {json.dumps(sample)[:40]}, not a whole number from 0")
    counters[key] = sample + 1
    response, cut = (None, False) if values.get("response") is None else bounded(values["response"])
    code = None if values.get("code") is None else bounded(values["code"])[0]
    return ResponseRow(problem_id, sample, response, code, model, number, cut), clean


# Judging


def _begin(row: ResponseRow, problem: Problem, judge: Judge) -> Judged | tuple[str, Future[Judgement]]:
    code = row.code
    if code is None and row.response is not None:
        code = extract_answer(row.response, problem).code
    if code is None:
        return judging.without_code(problem, row.sample, row.response, judge.labels(problem))
    return code, judge.submit(problem, code)


def _is_ready(begun: Judged | tuple[str, Future[Judgement]]) -> bool:
    return isinstance(begun, Judged) or begun[1].done()


def _end(
    row: ResponseRow,
    begun: Judged | tuple[str, Future[Judgement]],
    problems: Mapping[str, Problem],
    judge: Judge,
) -> Scored:
    problem = problems[row.problem_id]
    tests: list[dict[str, Any]] = []
    if isinstance(begun, Judged):
        judged = begun
    else:
        judgement = begun[1].result()
        judged = judging.judged_sample(problem, row.sample, begun[0], judgement, judge.labels(problem))
        tests = [asdict(t) for t in judgement.tests]
    verdict = {
        "problem_id": row.problem_id,
        "sample": row.sample,
        **({"model": row.model} if row.model else {}),
        "verdict": judged.verdict,
        "seconds": judged.seconds,
        "tests": tests,
        "message": judged.message,
        "integrity": judged.columns.get("integrity"),
        "limit": judged.columns.get("limit_hit"),
        "flags": list(judged.columns.get("flags") or ()),
    }
    # Through JSON, for plain values; and what no encoding takes, a failing test may well have printed.
    return Scored(row, judged, json.loads(clean_text(json.dumps(verdict, default=str, ensure_ascii=False))))


# Keeping


class _Lines:
    """A file of JSON lines that is always whole up to its last line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.explained():
            self.file = path.open("w", encoding="utf-8")

    def add(self, values: Mapping[str, Any]) -> None:
        with self.explained():
            self.file.write(json.dumps(values) + "\n")
            self.file.flush()

    @contextmanager
    def explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UserError(f"{self.path}: {error.strerror or error}") from None


@contextmanager
def _output(out: Path | None) -> Iterator[_Lines | None]:
    if out is None:
        yield None
        return
    lines = _Lines(out.with_name(f"{out.name}.part"))
    try:
        yield lines
    finally:
        with lines.explained():
            lines.file.close()
    with lines.explained():
        lines.path.replace(out)


class _Collector:
    """Keeps judged rows on disk until the end, when they can be sorted as a publication needs them."""

    def __init__(self, file: IO[bytes] | None) -> None:
        self._file = file
        self._places: dict[str, list[tuple[str, int, int]]] = {}

    def __call__(self, scored: Scored, model: str) -> None:
        if self._file is None:
            return
        place = self._file.seek(0, 2)
        kept = {"row": asdict(scored.row), "judged": asdict(scored.judged)}
        kept["judged"]["finished_at"] = datetime.now(UTC).timestamp()
        self._file.write(json.dumps(kept, default=str).encode() + b"\n")
        self._places.setdefault(model, []).append((scored.row.problem_id, scored.row.sample, place))

    def publish(
        self, results: Path, problems: Sequence[Problem], judge: Judge, started: datetime, *, source: str
    ) -> list[Path]:
        """One publication for each model."""
        by_id = {p.id: p for p in problems}
        folders = []
        for model, places in self._places.items():
            manifest = self._manifest(model, places, by_id, judge, started, source)
            folders.append(write_publication(results, manifest, self._rows(manifest, sorted(places), by_id)))
            diagnosing.quietly(folders[-1], problems)
        return folders

    def _manifest(
        self,
        model: str,
        places: Sequence[tuple[str, int, int]],
        problems: Mapping[str, Problem],
        judge: Judge,
        started: datetime,
        source: str,
    ) -> Manifest:
        used = [problems[i] for i in sorted({p[0] for p in places})]
        return Manifest(
            run_id=new_run_id(model, used[0].suite),
            model=model,
            technique="unknown",
            suite=used[0].suite,
            samples_per_problem=max(p[1] for p in places) + 1,
            problem_ids=[p.id for p in used],
            labels=labels_of(used),
            source="scored",
            dataset_hash=dataset_hash(used),
            executor=scrubbed(judge.describe()),
            versions=versions(),
            started_at=started,
            finished_at=datetime.now(UTC),
            note=f"responses from {source}",
        )

    def _rows(
        self, manifest: Manifest, places: Iterable[tuple[str, int, int]], problems: Mapping[str, Problem]
    ) -> Iterator[Row]:
        assert self._file is not None
        for problem_id, sample, place in places:
            self._file.seek(place)
            kept = json.loads(self._file.readline())
            row, judged = kept["row"], Judged(**kept["judged"])
            answer = Answer(problem_id, sample, response=row["response"] or "", cut=row["cut"])
            yield sample_row(manifest, problems[problem_id], answer, judged, prompt=None)


@contextmanager
def _collector(publish_to: Path | None) -> Iterator[_Collector]:
    if publish_to is None:
        yield _Collector(None)
        return
    with tempfile.TemporaryFile(prefix="deepbench-score-") as file:
        yield _Collector(file)
