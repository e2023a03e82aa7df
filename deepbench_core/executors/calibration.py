"""What a problem's reference tells about this machine: which tests there are, which judge serves, how long it takes.

A verdict is only as good as the set of tests that it demands, and a time limit only fair if it follows from this
machine's own speed. Both come from running the reference, once per version of problem, environment and judge.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

from deepbench_core import paths
from deepbench_core.environments import Progress, load_environment
from deepbench_core.errors import DeepBenchError, ExecutorError, ProblemError, UserError
from deepbench_core.executors.box import judge_hash
from deepbench_core.executors.types import Executor, Job, Judgement
from deepbench_core.problems import Problem
from deepbench_core.taxonomy import Integrity, Verdict

# A sample's limit is FACTOR times the slowest run of the reference, at least FLOOR_SECONDS, at most the problem's own.
FACTOR = 10.0
FLOOR_SECONDS = 5.0
RUNS = 2  # the first of a box is slower than the rest; a test that passes only once shows here


@dataclass(frozen=True)
class Calibration:
    """What the reference's own runs showed.

    `seconds` is the slowest run's time in its tests, `total_seconds` the same run's whole stay, which a limit bounds.
    `why_not_split` is the reason, when only the in-process judge serves. `compiled` is what the judge made of the
    tests.
    """

    expected: tuple[str, ...]
    integrity: Integrity
    seconds: float
    total_seconds: float
    why_not_split: str = ""
    compiled: str = ""


def calibrate(
    executor: Executor, problems: Sequence[Problem], *, on_progress: Progress | None = None, fresh: bool = False
) -> dict[str, Calibration]:
    """Calibrations by problem id, from the cache or from running the references now.

    Raises ProblemError for the first problem whose reference does not pass its tests, ExecutorError when the harness
    can't tell.
    """
    say = on_progress or (lambda _: None)
    found: dict[str, Calibration] = {}
    for problem, outcome in calibrate_all(problems, executor, fresh=fresh):
        if isinstance(outcome, ProblemError):
            raise outcome
        found[problem.id] = outcome
        say(f"calibrating: {len(found)} of {len(problems)}")
    return found


def calibrate_all(
    problems: Sequence[Problem], executor: Executor, *, fresh: bool = False
) -> Iterator[tuple[Problem, Calibration | ProblemError]]:
    """Every problem with its calibration or what is wrong with it, as they are done.

    `fresh` runs every reference, whatever the cache says. Raises ExecutorError when the harness can't tell.
    """
    threads = ThreadPoolExecutor(max_workers=max(1, executor.workers), thread_name_prefix="deepbench-calibration")
    try:
        waiting: dict[Future[Calibration | ProblemError], Problem] = {}
        for problem in problems:
            cached = None if fresh else _load(problem, executor)
            if cached is not None:
                yield problem, cached
            else:
                waiting[threads.submit(_calibrate_one, problem, executor)] = problem
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def job_for(problem: Problem, code: str, calibration: Calibration, *, key: str | None = None) -> Job:
    """The job that judges `code` for a problem, with the reference's tests and the limits that follow from it."""
    return make_job(
        problem,
        code,
        key=key,
        expected=calibration.expected,
        integrity=calibration.integrity,
        seconds=time_limit(calibration.total_seconds, ceiling=problem.meta.limits.seconds),
        compiled=calibration.compiled,
    )


def make_job(
    problem: Problem,
    code: str,
    *,
    expected: tuple[str, ...] | None,
    integrity: Integrity,
    seconds: float,
    key: str | None = None,
    trusted: bool = False,
    compiled: str = "",
) -> Job:
    """A job with all that the problem says itself."""
    package = problem.meta.package
    return Job(
        key=key or problem.id,
        environment=problem.meta.environment,
        code=problem.module(code),
        tests=problem.tests,
        entry_points=problem.meta.entry_points,
        expected=expected,
        seconds=seconds,
        memory_mb=problem.meta.limits.memory_mb,
        integrity=integrity,
        copy_back=problem.meta.judge.copy_back,
        package=package.target if package else "",
        fresh=bool(package and package.fresh),
        trusted=trusted,
        compiled=compiled,
    )


def time_limit(reference_seconds: float, *, ceiling: float) -> float:
    """Seconds that a sample may take; $DEEPBENCH_TIME_FACTOR and $DEEPBENCH_TIME_FLOOR override the constants."""
    factor = _number("DEEPBENCH_TIME_FACTOR", FACTOR)
    floor = _number("DEEPBENCH_TIME_FLOOR", FLOOR_SECONDS)
    return round(min(ceiling, max(floor, factor * reference_seconds)), 3)


def _calibrate_one(problem: Problem, executor: Executor) -> Calibration | ProblemError:
    """The split judge first; what it can't serve, in-process; what neither passes is the problem's error."""
    package = "a package's own tests need the package around them" if problem.meta.package else ""
    split = package or _run_reference(problem, executor, Integrity.SPLIT)
    if isinstance(split, Calibration):
        _save(problem, executor, split)
        return split
    other = _run_reference(problem, executor, Integrity.IN_PROCESS, why_not_split=split)
    if isinstance(other, Calibration):
        _save(problem, executor, other)
        return other
    return ProblemError(f"{problem.suite}/{problem.id}: reference: {other}")


def _run_reference(
    problem: Problem, executor: Executor, integrity: Integrity, why_not_split: str = ""
) -> Calibration | str:
    """A calibration, or one line with what did not pass."""
    expected: tuple[str, ...] | None = None
    seconds = total = 0.0
    for _ in range(RUNS):
        job = make_job(
            problem,
            problem.reference,
            expected=expected,
            integrity=integrity,
            seconds=problem.meta.limits.seconds,
            trusted=True,
        )
        judgement = executor.submit(job).result()
        # Tests that can't even be imported are the problem's fault, or its environment's: other problems go on.
        if judgement.verdict is Verdict.HARNESS and judgement.evidence.get("collected", True):
            raise ExecutorError(f"{problem.suite}/{problem.id}: the judge failed: {judgement.message}")
        if why := why_not_passed(judgement):
            return why
        expected = tuple(test.id for test in judgement.tests)
        if judgement.total_seconds > total:
            seconds, total = judgement.seconds, judgement.total_seconds
    assert expected is not None
    return Calibration(expected, integrity, round(seconds, 6), round(total, 6), why_not_split, judgement.compiled)


def why_not_passed(judgement: Judgement) -> str:
    """One line with the first test that did not pass, or what else went wrong; empty for a pass."""
    failing = next((test for test in judgement.tests if test.outcome != "passed"), None)
    if failing is not None:
        if failing.outcome in ("skipped", "xfailed"):
            return f"{failing.id} is {failing.outcome}: every test of a problem must run and pass"
        detail = _first_line(failing.message) or _first_line(judgement.message)
        return f"{failing.id} {failing.outcome}: {detail}" if detail else f"{failing.id} {failing.outcome}"
    if judgement.verdict is not Verdict.PASSED:
        return f"{judgement.verdict}: {_first_line(judgement.message)}"
    return "" if judgement.tests else "no test ran"


# The cache -----------------------------------------------------------------------------------------------------------


def _path(problem: Problem, executor: Executor) -> Path:
    parts = (
        problem.hash,
        problem.reference,
        load_environment(problem.meta.environment).digest,
        judge_hash(),
        executor.name,
        str(executor.describe().get("sandbox", "")),
    )
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
    return paths.home_dir() / "calibration" / f"{problem.id}-{key}.json"


def _load(problem: Problem, executor: Executor) -> Calibration | None:
    try:
        kept = json.loads(_path(problem, executor).read_text(encoding="utf-8"))
        return Calibration(**kept | {"expected": tuple(kept["expected"]), "integrity": Integrity(kept["integrity"])})
    except (OSError, ValueError, TypeError, KeyError, DeepBenchError):
        return None


def _save(problem: Problem, executor: Executor, calibration: Calibration) -> None:
    path = _path(problem, executor)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):  # a cache: a full disk costs time, not the run
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(asdict(calibration)), encoding="utf-8")
        temporary.replace(path)


def _number(variable: str, default: float) -> float:
    text = os.environ.get(variable)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise UserError(f"${variable}: is {text!r}, must be a positive number")
    return value


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:300]
