"""A judge that needs no sandbox, for tests of what happens around judging. Never used where a real one is measured."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deepbench_core.executors.types import Judgement, TestOutcome
from deepbench_core.problems import Problem
from deepbench_core.taxonomy import Integrity, Verdict


class FakeJudge:
    """Runs the code in this process and passes what returns the right number; counts how often it was asked."""

    def __init__(self, *, delay: float = 0.0, workers: int = 2) -> None:
        self.delay = delay
        self.calls: list[tuple[str, str]] = []
        self.verdict: Verdict | None = None
        self._pool = ThreadPoolExecutor(workers)
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Future[Judgement]] = {}

    def submit(self, problem: Problem, code: str) -> Future[Judgement]:
        with self._lock:
            if (problem.id, code) not in self._known:
                self.calls.append((problem.id, code))
                self._known[problem.id, code] = self._pool.submit(self._judge, problem, code)
            return self._known[problem.id, code]

    def _judge(self, problem: Problem, code: str) -> Judgement:
        time.sleep(self.delay)
        if self.verdict:
            return Judgement(problem.id, self.verdict, Integrity.SPLIT, message=f"made {self.verdict.value}")
        expected = int(problem.id.rpartition("-")[2]) + 1
        names: dict[str, Any] = {}
        try:
            exec(code, names)
            value = names["answer"](1)
            message = "" if value == expected else f"AssertionError: assert {value} == {expected}"
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
        test = TestOutcome("tests.py::test_value", "failed" if message else "passed", 0.01, message)
        verdict = Verdict.FAILED if message else Verdict.PASSED
        return Judgement(problem.id, verdict, Integrity.SPLIT, (test,), 0.01, 0.02, message)

    def labels(self, problem: Problem) -> dict[str, Any]:
        return {"environment": "torch-cpu", "environment_digest": "e" * 12, "judge": "j" * 16, "time_limit": 5.0}

    def libraries(self, problem: Problem) -> Mapping[str, str]:
        return {"python": "3.11", "torch": "2.13.0"}

    def describe(self) -> dict[str, Any]:
        return {"executor": "fake", "judge": "j" * 16, "home": str(Path.home() / "secret")}

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def opener(judge: FakeJudge) -> Any:
    """A stand-in for `judging.open_judge` that gives this judge."""

    @contextmanager
    def open_judge(problems: Sequence[Problem], *args: Any, **options: Any) -> Iterator[FakeJudge]:
        if say := options.get("say"):
            say("preparing")
        yield judge

    return open_judge
