"""The pytest plug-in that turns what happens to the tests into a frame for the judge."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from . import report, session
from .frames import write_json
from .randomness import seed_everything, use_threads

__tracebackhide__ = True  # a failed test shows its own lines and the code's, not the judge's


class CodeGone(BaseException):
    """The code's process is gone or broke the protocol: no further test can run."""


def of_memory(error: BaseException) -> bool:
    """Whether an exception says that an allocation was refused."""
    text = str(error)
    return isinstance(error, MemoryError) or "can't allocate memory" in text or "Unable to allocate" in text


DETAILED_FAILURES = 5  # per sample; later ones get the test's line and the error
GRIDS = 3  # failures per sample whose difference is kept as a picture


class Reporter:
    """The pytest plugin that turns a session into frames for the server."""

    def __init__(self, line: int, peer: Any, job: dict[str, Any]) -> None:
        self.line, self.peer, self.job = line, peer, job
        self.entries: dict[str, dict[str, Any]] = {}
        self.exit: str | None = None
        self.memory: str | None = None
        self.collect_error: str | None = None
        self.compared: dict[str, Any] | None = None
        self.failures = 0
        self.first_failure = bool(job.get("first_failure"))
        self.detailed = 0 if self.first_failure else DETAILED_FAILURES

    def name(self, nodeid: str) -> str:
        """What a test is called in reports."""
        return session.test_id(nodeid)

    def counts(self, entry: dict[str, Any]) -> bool:
        """Whether a finished test is reported."""
        return True

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
        # pytest's own style parses the whole file of tests for each failure, which costs more than the test.
        item.config.option.tbstyle = "auto" if self.failures < self.detailed else "value"
        outcome = yield
        found = outcome.get_result()
        found.judge_error = call.excinfo

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and self.collect_error is None:
            self.collect_error = str(report.longrepr)[-4000:]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.compared = None
        self.peer.noted.clear()

    def pytest_assertrepr_compare(self, config: Any, op: str, left: Any, right: Any) -> None:
        # Of `a == b and …` pytest asks for the part that held, too.
        held = op == "==" and isinstance(left, str | int | float | tuple) and left == right
        if self.compared is None and not held:
            with contextlib.suppress(Exception):
                self.compared = report.compare(left, right)

    def pytest_runtest_logreport(self, report: Any) -> None:
        from . import report as reporting

        name = self.name(report.nodeid)
        entry = self.entries.setdefault(
            name, {"id": name, "outcome": "passed", "seconds": 0.0, "message": "", "traceback": "", "values": None}
        )
        entry["seconds"] = round(entry["seconds"] + report.duration, 6)
        if hasattr(report, "wasxfail"):
            entry["outcome"] = "xfailed" if report.skipped else "failed"
            entry["message"] = f"xfail: {report.wasxfail}"[:500]
        elif report.skipped and entry["outcome"] == "passed":
            entry["outcome"] = "skipped"
        elif report.failed and entry["outcome"] in ("passed", "skipped"):
            self.failures += 1
            entry["outcome"] = "failed" if report.when == "call" else "error"
            error = report.judge_error.value if report.judge_error is not None else None
            brief = self.failures > self.detailed
            entry["message"], entry["traceback"] = reporting.failure(report, error, list(self.peer.noted), brief=brief)
            entry["values"] = reporting.compared(report.judge_error, self.compared, grid=self.failures <= GRIDS)
            if isinstance(error, SystemExit):
                self.exit = f"the code called sys.exit({error.code!r})"
            if error is not None and of_memory(error):
                self.memory = f"{type(error).__name__}: {error}"[:300]
        if report.when == "teardown" and self.counts(entry):
            write_json(self.line, {"type": "test", "test": entry})

    def pytest_runtest_logfinish(self) -> None:
        self.peer.sweep()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> Any:
        if self.peer.broken or self.peer.load_error is not None:
            item.session.shouldstop = "the code's process is gone"
            return True
        if self.first_failure and self.failures:
            item.session.shouldstop = "one failure is enough"
            return True
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        place = {name: number for number, name in enumerate(self.job.get("order") or ())}
        if place:
            items.sort(key=lambda item: place.get(session.test_id(item.nodeid), len(place)))

    def pytest_collection_finish(self, session: Any) -> None:
        if self.collect_error is None and session.items:
            seed_everything(int(self.job.get("seed") or 0))
            use_threads(int(self.job.get("threads") or 1))
            with contextlib.suppress(CodeGone):
                self.peer.ensure_loaded()

    def end(self) -> dict[str, Any]:
        """The last frame."""
        frame: dict[str, Any] = {"type": "end", "evidence": {}, "flags": []}
        peer = self.peer
        if self.collect_error is not None and not peer.broken and peer.load_error is None:
            # Tests that the reference passes can be collected: if the code had a say in it, it is the code's failure.
            cause = "load_error" if self.job.get("expected") and getattr(peer, "calls", True) else "harness"
            frame[cause] = f"the tests could not be collected: {self.collect_error}"
            frame["evidence"]["collected"] = False
        if peer.tampered:
            frame["tampered"] = peer.tampered
        if peer.broken:
            frame["broken"] = peer.broken
        error = peer.load_error
        missing = (peer.facts or {}).get("missing")
        if error is not None and not isinstance(error, CodeGone):
            if isinstance(error, SystemExit):
                frame["exit"] = f"the code called sys.exit({error.code!r}) while it was loaded"
            else:
                frame["load_error"] = f"{getattr(error, 'original_class', type(error).__name__)}: {error}"[:1000]
                frame["load_traceback"] = getattr(error, "remote_traceback", "")
            if of_memory(error):
                self.memory = f"{type(error).__name__}: {error}"[:300]
        elif missing:
            frame["load_error"] = f"not defined: {', '.join(str(one) for one in missing)}"[:1000]
        if self.exit:
            frame["exit"] = self.exit
        if self.memory:
            frame["memory"] = self.memory
        if getattr(peer, "undeclared", None):
            frame["evidence"]["changed_in_place"] = sorted(peer.undeclared)
            frame["flags"].append("changes-arguments")
        if getattr(peer, "strange_random", None):
            frame["flags"].append("moves-the-tests-random-state")
        return frame
