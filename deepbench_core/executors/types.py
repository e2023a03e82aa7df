"""What travels between a run and an executor: jobs in, judgements out."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from deepbench_core.taxonomy import Integrity, Verdict

Outcome = Literal["passed", "failed", "error", "skipped", "xfailed", "missing"]


@dataclass(frozen=True)
class Job:
    """One piece of code to judge.

    `expected` is the exact set of test ids that the reference produced; None asks only what runs (calibration),
    and the verdict is then `passed` when at least one test ran and all that ran passed.
    `key` is the caller's and comes back unchanged. `copy_back` names parameters (`function.parameter`) whose
    in-place changes are copied back to the test. `order` names tests that run first, in this order. `first_failure`
    ends the job with the first test that does not pass: the rest is then missing, so it can't make a pass.
    With `package` the code takes the place of that function (`module:name`) of an installed package, and `tests` are
    node ids of the package's own tests, one a line; `fresh` imports the package again for it.
    `trusted` says that the code is the problem's own reference; `compiled` is what the judge made of the tests then.
    """

    key: str
    environment: str
    code: str
    tests: str
    entry_points: tuple[str, ...]
    expected: tuple[str, ...] | None
    seconds: float
    memory_mb: int = 1024
    integrity: Integrity = Integrity.SPLIT
    copy_back: tuple[str, ...] = ()
    seed: int = 0
    threads: int = 1
    order: tuple[str, ...] = ()
    first_failure: bool = False
    package: str = ""
    fresh: bool = False
    trusted: bool = False
    compiled: str = ""


@dataclass(frozen=True)
class TestOutcome:
    """One test of a sample. `values` holds what the failing assertion compared, as the judge saw it."""

    __test__ = False  # not a test class, whatever its name says to pytest

    id: str
    outcome: Outcome
    seconds: float = 0.0
    message: str = ""
    traceback: str = ""
    values: dict[str, Any] | None = None


@dataclass(frozen=True)
class Judgement:
    """The verdict on one job, with its evidence.

    `seconds` is what the tests themselves took, `total_seconds` the whole stay in the executor after the job got
    its slot. `limit` names the limit that was hit (`seconds=6.0`, `memory_mb=1024`, `pids=128`, …). `flags` are
    suspicions without proof (`imports-pytest`, `walks-frames`): shown, never a verdict. `compiled` is what the judge
    made of the tests, of a box that has only ever seen trusted code; other boxes may take it over.
    """

    key: str
    verdict: Verdict
    integrity: Integrity
    tests: tuple[TestOutcome, ...] = ()
    seconds: float = 0.0
    total_seconds: float = 0.0
    message: str = ""
    output: str = ""
    limit: str | None = None
    flags: tuple[str, ...] = ()
    evidence: dict[str, Any] = field(default_factory=dict)
    compiled: str = ""


class Executor(Protocol):
    """A pool of warm sandboxes. Thread-safe; a job's future never raises for anything the code did."""

    name: str
    workers: int

    def submit(self, job: Job) -> Future[Judgement]:
        """Queue a job; the future ends with its judgement, `harness` when the executor itself failed twice."""

    def describe(self) -> dict[str, Any]:
        """What goes into a manifest: executor, environment digests, versions of libraries, limits, judge's hash."""

    def close(self) -> None:
        """End every sandbox and remove what it left behind; idempotent."""
