"""What came of a try to judge: a verdict that the box reported, or what is left to say when the box was lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args

from deepbench_core.executors.box import BoxBroken, BoxLate, PostMortem
from deepbench_core.executors.types import Job, Judgement, Outcome, TestOutcome
from deepbench_core.taxonomy import Integrity, Verdict

ATTEMPTS = 2
GRACE_SECONDS = 15.0  # for the judge to report a timeout of its own; beyond it, the box is stuck

_OUTCOMES = frozenset(get_args(Outcome))


@dataclass
class Attempt:
    """How one try to judge ended. `verdict` is None when the box was lost without a reason that names the code."""

    judgement: Judgement
    conclusive: bool = True


def parse(job: Job, frame: dict[str, Any], number: str) -> Judgement:
    """A verdict frame as a judgement. Raises BoxBroken for anything else."""
    if frame.get("type") != "verdict" or frame.get("id") != number:
        raise BoxBroken(f"expected the verdict on {number}, got {frame.get('type')!r} on {frame.get('id')!r}")
    try:
        tests = tuple(
            TestOutcome(
                id=str(test["id"]),
                outcome=test["outcome"] if test["outcome"] in _OUTCOMES else "error",
                seconds=float(test.get("seconds") or 0.0),
                message=str(test.get("message") or ""),
                traceback=str(test.get("traceback") or ""),
                values=test.get("values"),
            )
            for test in frame.get("tests") or ()
        )
        judgement = Judgement(
            key=job.key,
            verdict=Verdict(frame["verdict"]),
            integrity=Integrity(frame.get("integrity") or job.integrity),
            tests=tests,
            seconds=float(frame.get("seconds") or 0.0),
            message=str(frame.get("message") or ""),
            output=str(frame.get("output") or ""),
            limit=frame.get("limit"),
            flags=tuple(str(flag) for flag in frame.get("flags") or ()),
            evidence=dict(frame.get("evidence") or {}),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BoxBroken(f"a verdict that can't be read: {type(error).__name__}: {error}") from None
    # Once more on this side, where no code has ever been: nothing passes without the reference's exact tests.
    if judgement.verdict is Verdict.PASSED and not _all_passed(job, tests):
        raise BoxBroken("a pass whose tests are not those of the reference")
    return judgement


def _all_passed(job: Job, tests: tuple[TestOutcome, ...]) -> bool:
    """Whether the tests that were reported allow a pass: the reference's, each once, each passed."""
    if job.expected is None:
        return any(test.outcome == "passed" for test in tests)
    return bool(tests) and sorted((t.id, t.outcome) for t in tests) == sorted((e, "passed") for e in job.expected)


def lost(job: Job, error: Exception, after: PostMortem, total: float) -> Attempt:
    """The verdict on a sample whose box was lost; conclusive where the evidence names the cause."""
    evidence = after.evidence() | {"box": why(error, after)}
    base = Judgement(job.key, Verdict.HARNESS, job.integrity, total_seconds=round(total, 6), evidence=evidence)
    if after.engine_gone:
        return Attempt(replace(base, message=f"the sandbox went away: {why(error, after)}"), conclusive=False)
    if after.out_of_memory:
        limit = f"memory_mb={job.memory_mb}"
        return Attempt(
            replace(base, verdict=Verdict.OUT_OF_MEMORY, limit=limit, message="The sandbox ran out of memory.")
        )
    if isinstance(error, BoxLate):
        message = f"Still running {GRACE_SECONDS:g} s after the limit; the sandbox was ended from outside."
        late = replace(base, verdict=Verdict.TIMEOUT, limit=f"seconds={job.seconds:g}", message=message)
        return Attempt(late, conclusive=False)
    if isinstance(error, BoxBroken):
        message = f"The sandbox broke its protocol while this code ran in it: {error}"
        return Attempt(replace(base, verdict=Verdict.TAMPERED, message=message), conclusive=False)
    message = "The sandbox ended while this code ran in it."
    return Attempt(replace(base, verdict=Verdict.CRASHED, message=message), conclusive=False)


def conclude(job: Job, attempts: list[Attempt]) -> Judgement:
    """One judgement from up to two tries.

    What happens twice, in two fresh boxes, in the same way, is the code's doing; what differs without evidence is ours.
    """
    if not attempts:
        return harness(job, "the executor was closed while this job ran")
    last = attempts[-1].judgement
    if attempts[-1].conclusive:
        return last
    if len(attempts) == ATTEMPTS:
        first = attempts[0].judgement
        if first.verdict is last.verdict is not Verdict.HARNESS:
            return replace(last, evidence=last.evidence | {"boxes_lost": ATTEMPTS})
        if last.verdict is Verdict.HARNESS:
            return last
        return harness(job, f"lost twice, in different ways: {first.verdict}, {last.verdict}", last.evidence)
    return harness(job, "the executor was closed while this job ran")


def harness(job: Job, message: str, evidence: dict[str, Any] | None = None) -> Judgement:
    return Judgement(job.key, Verdict.HARNESS, job.integrity, message=message, evidence=evidence or {})


def why(error: Exception, after: PostMortem) -> str:
    said = after.stderr.splitlines()
    parts = [str(error) or "it did not answer in time"]
    if after.exit_code is not None:
        parts.append(f"status {after.exit_code}")
    if said:
        parts.append(said[-1])
    return "; ".join(parts)
