"""How far runs are, read from their journals by anybody at any time."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from deepbench_core.errors import RunError
from deepbench_core.runs.journal import FILE, LOG, Journal, is_held, run_folder, runs_dir
from deepbench_core.runs.spec import RunSpec, board_name

START_SECONDS = 30.0  # in which a new worker must have taken its lock; importing may be slow on a cold disk
LOG_BYTES = 8192


class State(StrEnum):
    """Where a run stands. `lost`: its worker ended without a word; like failed and cancelled it can be resumed."""

    QUEUED = "queued"
    PREPARING = "preparing"
    RUNNING = "running"
    PUBLISHING = "publishing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def active(self) -> bool:
        """Whether somebody works on it or is about to: worth looking again soon."""
        return self in (State.QUEUED, State.PREPARING, State.RUNNING, State.PUBLISHING)


@dataclass(frozen=True)
class RecentSample:
    """One of the last samples to be finished."""

    problem_id: str
    sample: int
    verdict: str
    seconds: float
    message: str


@dataclass(frozen=True)
class Progress:
    """A run at one moment.

    `message` is the phase, or the reason of a failure. `rate` is in samples a second over the last minute, `eta` in
    seconds, both None when nothing can be said. `cost` is in US dollars, None while no answer had a known price.
    `errors` counts what providers and the harness said. `stopping`: a cancel was asked for.
    """

    run_id: str
    state: State
    message: str
    spec: RunSpec
    model: str
    suite: str
    done: int
    answered: int
    total: int
    verdicts: Mapping[str, int]
    rate: float | None
    eta: float | None
    cost: float | None
    tokens: int
    created: float
    ended: float | None
    published: Path | None
    recent: tuple[RecentSample, ...] = ()
    errors: Mapping[str, int] = field(default_factory=dict)
    log: str = ""
    stopping: bool = False

    @property
    def resumable(self) -> bool:
        """Whether `resume` would have something to do."""
        faults = self.verdicts.get("harness", 0) + self.verdicts.get("provider", 0)
        return not self.state.active and (self.done < self.total or faults > 0)


def progress(run_id: str) -> Progress:
    """Where a run stands. Raises RunError for an unknown run and a torn journal."""
    folder = run_folder(run_id)
    with closing(Journal.open(run_id, read_only=True)) as journal:
        return _read(run_id, folder, journal)


def list_runs() -> list[Progress]:
    """All runs of this machine that can be read, newest first; without samples and log."""
    found = []
    for folder in runs_dir().glob("*") if runs_dir().is_dir() else ():
        if (folder / FILE).is_file():
            try:
                with closing(Journal.open(folder.name, read_only=True)) as journal:
                    found.append(_read(folder.name, folder, journal, details=False))
            except RunError:
                continue
    return sorted(found, key=lambda p: p.created, reverse=True)


def broken_runs() -> dict[str, str]:
    """Runs whose journal can't be read, with the reason."""
    reasons = {}
    for folder in sorted(runs_dir().glob("*")) if runs_dir().is_dir() else ():
        try:
            if folder.is_dir():
                progress(folder.name)
        except RunError as error:
            reasons[folder.name] = str(error)
    return reasons


def _read(run_id: str, folder: Path, journal: Journal, *, details: bool = True) -> Progress:
    meta = journal.meta()
    spec = RunSpec.model_validate(meta["spec"])
    now = time.time()
    verdicts = {r["verdict"]: r["n"] for r in journal.rows("select verdict, count(*) n from judgements group by 1")}
    spent = journal.rows(
        """
        select count(*) n, sum(cost) cost, sum(coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0)) tokens
        from generations
        """
    )[0]
    problems = journal.rows("select count(*) n, min(json_extract(problem, '$.suite')) suite from problems")[0]
    done, total = sum(verdicts.values()), problems["n"] * spec.samples
    state = _state(folder, journal, meta, now)
    rate = _rate(journal, max(now - 60, float(meta.get("session") or 0)), now) if state is State.RUNNING else None
    published = meta.get("published")
    return Progress(
        run_id=run_id,
        state=state,
        message=_message(folder, state, meta),
        spec=spec,
        model=(meta.get("known") or {}).get("model") or board_name(spec.model),
        suite=problems["suite"] or "",
        done=done,
        answered=spent["n"],
        total=total,
        verdicts=verdicts,
        rate=rate,
        eta=(total - done) / rate if rate else None,
        cost=spent["cost"],
        tokens=spent["tokens"] or 0,
        created=float(meta["created"]),
        ended=meta.get("ended"),
        published=Path(published["folder"]) if published else None,
        recent=_recent(journal) if details else (),
        errors=_errors(journal) if details else {},
        log=_tail(folder / LOG) if details else "",
        stopping=bool(meta.get("cancel")) and state.active,
    )


def _state(folder: Path, journal: Journal, meta: dict[str, Any], now: float) -> State:
    """The state as it is, with `meta` brought up to date where a worker ended between two looks."""
    state = State(meta["state"])
    if not state.active or is_held(folder):
        return state
    # A worker writes its last state before it lets go of the lock: what is read after the lock was free is the truth.
    meta |= journal.meta()
    state = State(meta["state"])
    if not state.active:
        return state
    # Nobody holds the lock: about to start, or gone.
    since = max(float(meta.get("spawned") or 0), float(meta["created"]))
    return State.QUEUED if state is State.QUEUED and now - since < START_SECONDS else State.LOST


def _message(folder: Path, state: State, meta: Mapping[str, Any]) -> str:
    if state is State.LOST:
        # Where even the journal could not be written (a full disk), the log may have the worker's last words.
        last = (_tail(folder / LOG).strip().splitlines() or [""])[-1]
        return last.removeprefix("failed: ") if last.startswith("failed: ") else ""
    return str(meta.get("error") or meta.get("message") or "")


def _rate(journal: Journal, since: float, now: float) -> float | None:
    found = journal.rows("select count(*) n, min(finished_at) first from judgements where finished_at >= ?", [since])[0]
    return found["n"] / max(now - since, 1.0) if found["n"] else None


def _recent(journal: Journal) -> tuple[RecentSample, ...]:
    rows = journal.rows(
        """
        select problem_id, sample, verdict, coalesce(seconds, 0.0) seconds, coalesce(message, '') message
        from judgements order by finished_at desc limit 10
        """
    )
    return tuple(RecentSample(**row) for row in rows)


def _errors(journal: Journal) -> dict[str, int]:
    rows = journal.rows("select message from judgements where verdict in ('harness', 'provider') limit 10000")
    return dict(Counter(row["message"] or "no reason given" for row in rows).most_common(8))


def _tail(path: Path) -> str:
    """The last whole lines of the worker's log."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LOG_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return text.partition("\n")[2] if size > LOG_BYTES else text
