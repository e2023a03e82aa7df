"""How well causes are found that are known because they were planted. Writes docs/diagnosis.md.

    python benchmarks/diagnosis.py [--suite deepbench] [--part measuring] [--each 1] [--workers 2] [--limit N]

Faults are planted into the references, those that no test notices are left out, and the problems are split by a hash
of their id: `building` is what the rules were written with, `measuring` was never looked at.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.planting import Plant, pairs, plant
from deepbench_core.executors.types import Judgement
from deepbench_core.problems import Problem
from deepbench_core.taxonomy import Verdict

PARTS = ("building", "measuring")


@dataclass(frozen=True)
class Case:
    """A planted fault that the tests noticed."""

    problem: str
    plant: Plant
    output: str


def part_of(problem_id: str) -> str:
    """Which part a problem belongs to, for good."""
    return PARTS[int(hashlib.sha256(f"diagnosis {problem_id}".encode()).hexdigest(), 16) % 2]


def collect(problems: list[Problem], *, each: int, seed: int, workers: int, executor: str) -> Iterator[Case]:
    """Plant, judge, keep what fails."""
    from deepbench_core.runs.judging import open_judge

    with open_judge(problems, executor, workers=workers, tolerant=True) as judge:
        for problem in problems:
            planted = [*plant(problem, each=each, seed=seed), *pairs(problem, seed=seed)]
            waiting: list[tuple[Plant, Future[Judgement]]] = [(p, judge.submit(problem, p.code)) for p in planted]
            for one, future in waiting:
                judgement = future.result()
                if judgement.verdict not in (Verdict.PASSED, Verdict.HARNESS):
                    yield Case(problem.id, one, output_of(judgement))
            print(f"{problem.id}: {len(planted)} planted", file=sys.stderr)


def output_of(judgement: Judgement) -> str:
    """What the tests printed, in pytest's form."""
    parts = ["=================================== FAILURES ==================================="]
    for test in judgement.tests:
        if test.outcome != "passed":
            parts.append(f"____________________ {test.id} ____________________\n{test.traceback}\n")
            if test.message and not test.traceback:
                parts.append(f"E       {test.message}")
    parts.append("=========================== short test summary info ============================")
    parts += [f"FAILED tests.py::{t.id} - {t.message.splitlines()[0] if t.message else ''}" for t in judgement.tests
              if t.outcome != "passed"]  # fmt: skip
    failed = sum(t.outcome != "passed" for t in judgement.tests)
    parts.append(f"{judgement.verdict.value}: {judgement.message}")
    parts.append(
        f"========== {failed} failed, {len(judgement.tests) - failed} passed in {judgement.seconds:.2f}s =========="
    )
    return "\n".join(parts)


if __name__ == "__main__":
    raise SystemExit("see main")
