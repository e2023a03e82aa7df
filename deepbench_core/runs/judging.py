"""Between runs and executors: a problem and a piece of code go in, a judgement comes out; equal code goes in once."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from deepbench_core.executors.types import Executor, Judgement
from deepbench_core.problems import Problem
from deepbench_core.publication import clean_text
from deepbench_core.runs.journal import Judged
from deepbench_core.taxonomy import Integrity, Verdict

if TYPE_CHECKING:
    from deepbench_core.executors.calibration import Calibration

REMEMBERED = 4096  # judgements; beyond it, equal code is judged again rather than kept in memory

# Libraries by the name that their users install; what a worker preloads is what a prompt may promise.
_PACKAGES = {"sklearn": "scikit-learn", "cv2": "opencv-python-headless", "PIL": "pillow", "skimage": "scikit-image"}

Say = Callable[[str], None]


class Judge(Protocol):
    """What the pipeline needs: see `OpenJudge`; tests have a judge of their own."""

    def submit(self, problem: Problem, code: str) -> Future[Judgement]:
        """Have the code judged, once, however often it comes."""

    def labels(self, problem: Problem) -> dict[str, Any]:
        """Columns that name what a verdict depends on beside code and tests."""

    def libraries(self, problem: Problem) -> Mapping[str, str]:
        """Names and versions of what the code may import, for the prompt."""

    def describe(self) -> dict[str, Any]:
        """The executor, for the manifest."""


class OpenJudge:
    """An open executor with what the references' own runs told about the problems. Thread-safe."""

    def __init__(
        self, executor: Executor, calibrations: Mapping[str, Calibration], broken: Mapping[str, str] | None = None
    ) -> None:
        self._executor = executor
        self._calibrations = calibrations
        self._broken = broken or {}  # problem id → why nothing can be judged by it
        self._lock = threading.Lock()
        self._futures: OrderedDict[tuple[str, str], Future[Judgement]] = OrderedDict()
        described = executor.describe()
        self._environments: Mapping[str, Any] = described.get("environments", {})
        self._judge = str(described.get("judge", ""))

    def submit(self, problem: Problem, code: str) -> Future[Judgement]:
        """Have the code judged; equal code of one problem shares one future, unless it ended as our own failure."""
        from deepbench_core.executors.calibration import job_for

        if reason := self._broken.get(problem.id):
            lost: Future[Judgement] = Future()
            lost.set_result(Judgement(problem.id, Verdict.HARNESS, Integrity.SPLIT, message=reason))
            return lost
        key = (problem.hash, code_hash(code))
        with self._lock:
            known = self._futures.get(key)
            if known is not None and not _is_lost(known):
                self._futures.move_to_end(key)
                return known
            future = self._executor.submit(job_for(problem, code, self._calibrations[problem.id]))
            self._futures[key] = future
            while len(self._futures) > REMEMBERED:
                self._futures.popitem(last=False)
            return future

    def labels(self, problem: Problem) -> dict[str, Any]:
        """Columns that name what a verdict depends on beside code and tests."""
        from deepbench_core.executors.calibration import job_for

        name = problem.meta.environment
        calibration = self._calibrations.get(problem.id)
        return {
            "environment": name,
            "environment_digest": str(self._environments.get(name, {}).get("digest", "")),
            "judge": self._judge,
            "time_limit": None if calibration is None else job_for(problem, "", calibration).seconds,
        }

    def libraries(self, problem: Problem) -> Mapping[str, str]:
        """The preloaded libraries of the problem's environment, and Python."""
        from deepbench_core.environments import load_environment

        name = problem.meta.environment
        versions = {k.lower(): v for k, v in self._environments.get(name, {}).get("versions", {}).items()}
        modules = ["python", *(m.partition(".")[0] for m in load_environment(name).libraries)]
        packages = [_PACKAGES.get(m, m) for m in modules]
        return {p: versions[p.lower()] for p in packages if p.lower() in versions}

    def describe(self) -> dict[str, Any]:
        """The executor, for the manifest."""
        return self._executor.describe()


@contextmanager
def open_judge(
    problems: Sequence[Problem],
    executor: str = "auto",
    *,
    workers: int | None = None,
    unsafe: bool = False,
    tolerant: bool = False,
    say: Say | None = None,
) -> Iterator[Judge]:
    """Open an executor, build the environments it lacks, and learn what the references do on this machine.

    Raises UserError, ExecutorError, EnvironmentBuildError, and ProblemError for a reference that does not pass its
    own tests; with `tolerant`, every code for such a problem ends as `harness` instead.
    """
    from deepbench_core.executors import open_executor
    from deepbench_core.executors.calibration import Calibration, calibrate_all

    tell = say or (lambda _: None)
    names = sorted({p.meta.environment for p in problems})
    opened = open_executor(executor, workers=workers, unsafe=unsafe, environments=names, on_progress=tell)
    try:
        calibrations: dict[str, Calibration] = {}
        broken: dict[str, str] = {}
        for number, (problem, outcome) in enumerate(calibrate_all(problems, opened), start=1):
            if isinstance(outcome, Calibration):
                calibrations[problem.id] = outcome
            elif tolerant:
                broken[problem.id] = str(outcome)
            else:
                raise outcome
            tell(f"running the references: {number} of {len(problems)}")
        yield OpenJudge(opened, calibrations, broken)
    finally:
        opened.close()


def code_hash(code: str) -> str:
    """Identifies code; with a problem's hash, an environment's digest and the judge's hash it names a verdict."""
    return hashlib.sha256(clean_text(code).encode()).hexdigest()[:16]


def judged_sample(problem: Problem, sample: int, code: str, judgement: Judgement, labels: Mapping[str, Any]) -> Judged:
    """A judgement as the journal and the store keep it."""
    failing = next((t for t in judgement.tests if t.outcome != "passed"), None)
    message = _first_line(judgement.message or (failing.message if failing else ""))
    columns = {
        **labels,
        "integrity": judgement.integrity.value,
        "total_seconds": judgement.total_seconds,
        "limit_hit": judgement.limit,
        "tests_total": len(judgement.tests),
        "tests_passed": sum(t.outcome == "passed" for t in judgement.tests),
        "failing_test": failing.id if failing and judgement.verdict is not Verdict.PASSED else None,
        "error_type": None if judgement.verdict is Verdict.PASSED else error_type(judgement),
        "flags": list(judgement.flags),
    }
    return Judged(
        problem.id,
        sample,
        judgement.verdict.value,
        seconds=judgement.seconds,
        message=message,
        code=code,
        code_hash=code_hash(code),
        columns=columns,
        tests=json.dumps([asdict(t) for t in judgement.tests], default=str),
        output=judgement.output,
        evidence=json.dumps(judgement.evidence, default=str),
    )


def without_judgement(
    problem: Problem, sample: int, verdict: Verdict, message: str, labels: Mapping[str, Any], **evidence: Any
) -> Judged:
    """A sample that never came before the judge: there was no code, or no answer."""
    columns = {**labels, "tests_total": 0, "tests_passed": 0, "flags": []}
    return Judged(
        problem.id, sample, verdict.value, message=_first_line(message), columns=columns, evidence=json.dumps(evidence)
    )


def without_code(
    problem: Problem, sample: int, response: str | None, labels: Mapping[str, Any], *, finish_reason: str | None = None
) -> Judged:
    """A sample whose response holds no code that parses."""
    reason = "no code that parses was found in the response" if (response or "").strip() else "empty response"
    if finish_reason == "length":
        reason += ", which ended at the limit of tokens"
    return without_judgement(problem, sample, Verdict.NO_CODE, reason, labels)


def error_type(judgement: Judgement) -> str | None:
    """Class name of the first exception, from where the judge put it: a message, or a traceback's last lines."""
    failing = next((t for t in judgement.tests if t.outcome in ("failed", "error")), None)
    texts = [failing.message, *reversed(failing.traceback.splitlines())] if failing else []
    for text in [*texts, judgement.message]:
        if match := _EXCEPTION.match(text):
            return match["name"].rpartition(".")[2]
    return None


# `builtins.ValueError: …`, `E   AssertionError`, `torch.OutOfMemoryError: …`; any class name with a colon or alone.
_EXCEPTION = re.compile(
    r"\s*(?:E\s+)?(?P<name>(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Iteration|Failed|Group)"
    r"|Failed|Exception)(?=:|\s*$|\()"
)


def _first_line(text: str) -> str:
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    return line if len(line) <= 300 else line[:299] + "…"


def _is_lost(future: Future[Judgement]) -> bool:
    """Whether nothing can be learned from a finished future: cancelled, failed, or the harness's own fault."""
    if not future.done():
        return False
    if future.cancelled() or future.exception() is not None:
        return True
    return future.result().verdict is Verdict.HARNESS
