"""From evidence to a verdict. Pure functions: no clock, no process."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import Any

ALLOCATION = ("can't allocate memory", "bad_alloc", "Unable to allocate", "Cannot allocate memory", "MemoryError")


@dataclass
class Evidence:
    """What the supervisor saw of one sample."""

    tests: list[dict[str, Any]] = field(default_factory=list)
    end: dict[str, Any] | None = None  # the examiner's last frame
    candidate: list[int] | None = None  # (exit code, signal), None while alive
    examiner: list[int] | None = None
    timed_out: bool = False
    oom_kills: int = 0
    orphans: int = 0  # processes that left the session of the code and were still alive at the end
    output: str = ""
    seconds_limit: float = 0.0
    waited: float = 0.0  # seconds beyond the limit, since the machine was busy with other things
    memory_mb: int = 0
    cpu_limit: bool = False
    in_process: bool = False  # the report comes from the process that has the code
    compiled: str = ""  # the tests' code, where the examiner had to make it
    before_code: bool = False  # the last frame is the first one: nothing of the code had run


def complete(tests: list[dict[str, Any]], expected: list[str] | None) -> bool:
    """The rule: the tests reported are exactly those the reference produced, and every one passed."""
    ids = [test["id"] for test in tests]
    if len(set(ids)) != len(ids) or not ids or any(test["outcome"] != "passed" for test in tests):
        return False
    return expected is None or set(ids) == set(expected)


def with_missing(tests: list[dict[str, Any]], expected: list[str] | None) -> list[dict[str, Any]]:
    """Add a `missing` entry for every expected test without a result."""
    seen = {test["id"] for test in tests}
    return tests + [
        {"id": one, "outcome": "missing", "seconds": 0.0, "message": "did not run", "traceback": "", "values": None}
        for one in expected or []
        if one not in seen
    ]


def decide(evidence: Evidence, expected: list[str] | None) -> tuple[str, str, str | None]:
    """(verdict, message, limit that was hit). Stronger evidence first."""
    end = evidence.end or {}
    memory = f"memory_mb={evidence.memory_mb}"
    if expected is not None and not expected:
        return "harness", "no test is known to pass for the reference", None
    # A reference was judged here: what shares a process with the code can't blame the harness for its own failure.
    blamed = evidence.in_process and expected is not None and not evidence.before_code
    if end.get("harness") and not blamed:
        return "harness", str(end["harness"]), None
    if end.get("tampered"):
        return "tampered", str(end["tampered"]), None
    if evidence.orphans:
        return "tampered", f"the code left {evidence.orphans} detached process(es) behind", None
    if (
        end
        and not (end.get("broken") or end.get("load_error") or end.get("harness"))
        and complete(evidence.tests, expected)
    ):
        return "passed", "", None
    if evidence.oom_kills or end.get("memory"):
        return "out-of-memory", str(end.get("memory") or "a process was ended by the kernel for lack of memory"), memory
    if evidence.timed_out or evidence.cpu_limit:
        busy = (
            f", not counting {evidence.waited:.1f} s in which the machine was busy" if evidence.waited >= 0.05 else ""
        )
        return "timeout", f"not done after {evidence.seconds_limit:g} s{busy}", f"seconds={evidence.seconds_limit:g}"
    died = death(evidence)
    if died and (evidence.end is None or end.get("broken")):
        if any(text in evidence.output[-4000:] for text in ALLOCATION):
            return "out-of-memory", died, memory
        return "crashed", died, None
    if evidence.end is None and blamed:
        return "crashed", "the code's process gave no report", None
    if evidence.end is None:
        return "harness", "the examining process ended without a report", None
    if end.get("harness"):
        return "error", str(end["harness"]), None
    if end.get("exit"):
        return "crashed", str(end["exit"]), None
    if end.get("load_error"):
        return "error", str(end["load_error"]), None
    if end.get("broken"):
        return "error", str(end["broken"]), None
    return "failed", _first_failure(evidence.tests, expected), None


def death(evidence: Evidence) -> str:
    """How the code's process ended by itself, in words; empty when it didn't."""
    if evidence.candidate is None:
        return ""
    code, number = evidence.candidate
    if number > 0:
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = f"signal {number}"
        return f"the code's process was ended by {name}"
    return f"the code's process left with status {code}"


def _first_failure(tests: list[dict[str, Any]], expected: list[str] | None) -> str:
    bad = [test for test in tests if test["outcome"] != "passed"]
    if bad:
        return f"{bad[0]['id']}: {bad[0]['message']}"[:500]
    extra = sorted({test["id"] for test in tests} - set(expected or []))
    missing = sorted(set(expected or []) - {test["id"] for test in tests})
    if not tests:
        return "no test ran"
    return "; ".join(
        part
        for part in (f"unknown: {', '.join(extra)}" * bool(extra), f"missing: {', '.join(missing)}" * bool(missing))
        if part
    )[:500]
