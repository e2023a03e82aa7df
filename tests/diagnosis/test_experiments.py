"""Counterfactuals: in the real sandbox where there is one, and their bounds with a judge that only counts."""

from __future__ import annotations

import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from deepbench_core import paths
from deepbench_core.categories import Category
from deepbench_core.diagnosis import Diagnosis, experiments, rules
from deepbench_core.diagnosis.failure import Failure
from deepbench_core.diagnosis.symptoms import from_judge
from deepbench_core.executors.types import Judgement
from deepbench_core.problems import load_problem
from deepbench_core.runs.judging import judged_sample, open_judge
from deepbench_core.taxonomy import Integrity, Verdict

REFERENCE = "def f(x, y):\n    if x < 0:\n        return 0\n    a = x + y\n    b = a * 3\n    return b - 1\n"
TWO_FAULTS = "def f(x, y):\n    if x < 0:\n        return 0\n    a = x - y\n    b = a * 4\n    return b - 1\n"
HARMLESS_TOO = "def f(x, y):\n    if x < 0:\n        return 0\n    a = y + x\n    b = a * 4\n    return b - 1\n"


class Counting:
    """Runs `f` here; passes what agrees with the reference on three inputs."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.codes: list[str] = []
        self.seconds = seconds

    def __call__(self, code: str) -> Future[Judgement]:
        self.codes.append(code)
        done: Future[Judgement] = Future()
        time.sleep(self.seconds)
        right, mine = {}, {}
        exec(REFERENCE, right)
        exec(code, mine)
        same = all(right["f"](*pair) == mine["f"](*pair) for pair in ((1, 2), (-1, 5), (4, 4)))
        done.set_result(Judgement("f", Verdict.PASSED if same else Verdict.FAILED, Integrity.SPLIT))
        return done


def diagnosed(code: str, submit: Counting, **bounds: float) -> Diagnosis:
    tests = [{"id": "test_f", "outcome": "failed", "message": "assert 1 == 2"}]
    case = rules.Case(Failure("1", code, from_judge(tests, verdict="failed"), "", REFERENCE))
    return experiments.diagnose(case, submit, **bounds)  # type: ignore[arg-type]


def test_what_repairs_the_code_is_the_cause_and_what_does_not_matter_is_none() -> None:
    found = diagnosed(HARMLESS_TOO, Counting())
    assert (found.category, found.source, found.lines[0]) == (Category.CONSTANT, "counterfactual", 5)
    assert found.categories == (Category.CONSTANT,)  # y + x is as good as x + y


def test_two_faults_are_both_needed_and_the_procedure_says_which_is_primary() -> None:
    found = diagnosed(TWO_FAULTS, Counting())
    assert found.source == "counterfactual"
    assert found.categories == (Category.CONSTANT, Category.LOGIC)
    assert {4, 5} <= set(found.lines)


def test_experiments_keep_to_their_number_and_time() -> None:
    few = Counting()
    diagnosed(TWO_FAULTS, few, count=1)
    assert len(few.codes) == 1
    slow = Counting(seconds=0.2)
    started = time.monotonic()
    found = diagnosed(TWO_FAULTS, slow, seconds=0.3)
    assert time.monotonic() - started < 1.5
    assert found.source == "rules"
    assert found.evidence[-1].kind == "experiment"


def test_another_solution_is_never_experimented_with() -> None:
    submit = Counting()
    other = (
        "def f(x, y):\n    total = [v for v in range(y)]\n    while len(total) < x:\n        total.append(sum(total))\n"
    )
    other += "    return dict(enumerate(total))\n"
    assert diagnosed(other, submit).source == "rules"
    assert submit.codes == []


@pytest.mark.bwrap
def test_in_the_sandbox_a_silent_fault_is_proven_by_its_repair(built_home: Path) -> None:
    problem = load_problem(paths.problems_dir() / "deepbench" / "focal-loss")
    code = problem.reference.replace("dim=1", "dim=0")
    with open_judge([problem], "local", workers=1) as judge:
        judged = judged_sample(problem, 0, code, judge.submit(problem, code).result(), {})
        assert judged.verdict == Verdict.FAILED
        import json

        symptoms = from_judge(json.loads(judged.tests or "[]"), verdict=judged.verdict, message=judged.message)
        case = rules.Case(Failure("1", code, symptoms, problem.prompt, problem.reference))
        found = experiments.diagnose(case, lambda text: judge.submit(problem, text), seconds=30)
    line = next(i for i, text in enumerate(code.splitlines(), start=1) if "dim=0" in text)
    assert (found.category, found.source) == (Category.LOGIC, "counterfactual")
    assert found.lines[0] == line
    assert found.confidence > 0.9
