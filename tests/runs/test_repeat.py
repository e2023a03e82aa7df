"""A run is repeated as its manifest says, and the report tells what came out another way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deepbench_core.errors import StoreError, UserError
from deepbench_core.runs import RunSpec, run
from deepbench_core.runs.repeat import agreement, spec_like
from deepbench_core.store import Store
from tests.fake_endpoint import FakeEndpoint, Reply
from tests.runs.run_fakes import FakeJudge

Make = Callable[..., RunSpec]


def test_a_repetition_asks_what_the_manifest_says(spec: Make, judge: FakeJudge, suite: Path) -> None:
    first = run(spec(samples=2, problem_ids=("problem-001", "problem-004"), parameters={"temperature": 0.5, "seed": 7}))
    store = Store(spec().results_folder, [suite])
    again = spec_like(store, first.run_id, results=spec().results_folder, suite=str(suite), workers=1)
    assert (again.model, again.samples, again.problem_ids) == ("openai/fake", 2, ("problem-001", "problem-004"))
    assert (again.model_parameters().temperature, again.model_parameters().seed) == (0.5, 7)
    assert again.workers == 1
    assert first.run_id in again.note


def test_equal_answers_agree_and_other_ones_are_listed(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint, suite: Path
) -> None:
    first = run(spec())
    right = endpoint.answer
    endpoint.answer = lambda request: (
        Reply("```python\ndef answer(x):\n    return 0\n```") if "plus 3" in str(request) else right(request)
    )
    store = Store(spec().results_folder, [suite])
    second = run(spec_like(store, first.run_id, results=spec().results_folder, suite=str(suite)))
    store.refresh()
    found = agreement(store, first.run_id, second.run_id)
    assert (found.samples, found.responses, found.codes, found.verdicts) == (6, 5, 5, 5)
    [change] = found.changes
    assert (change.problem_id, change.before, change.after) == ("problem-003", "passed", "failed")
    assert found.conditions == ()


def test_what_differs_around_a_repetition_is_named(spec: Make, judge: FakeJudge, suite: Path) -> None:
    first = run(spec())
    tests = suite / "problem-002" / "tests.py"
    tests.write_text(tests.read_text() + "\n# stricter now\n")
    store = Store(spec().results_folder, [suite])
    second = run(spec_like(store, first.run_id, results=spec().results_folder, suite=str(suite)))
    store.refresh()
    [condition] = agreement(store, first.run_id, second.run_id).conditions
    assert condition.startswith("dataset_hash: ")
    assert " → " in condition


def test_only_prompts_that_have_changed_are_asked_again(spec: Make, judge: FakeJudge, suite: Path) -> None:
    first = run(spec())
    folder = spec().results_folder
    (suite / "problem-001" / "tests.py").open("a").write("\n# stricter now\n")
    with pytest.raises(UserError, match=r"every prompt of .* is as it was asked"):
        spec_like(Store(folder, [suite]), first.run_id, results=folder, only_changed=True, suite=str(suite))
    prompt = suite / "problem-002" / "prompt.py"
    prompt.write_text(prompt.read_text().replace('"""', '"""Quickly. ', 1))
    store = Store(folder, [suite])
    again = spec_like(store, first.run_id, results=folder, only_changed=True, suite=str(suite))
    assert again.problem_ids == ("problem-002",)
    run(again)
    store.refresh()
    with pytest.raises(UserError, match="is as it was asked"):
        spec_like(store, first.run_id, results=folder, only_changed=True, suite=str(suite))


def test_what_nobody_can_repeat_is_refused(spec: Make, judge: FakeJudge, suite: Path, tmp_path: Path) -> None:
    first = run(spec())
    folder = spec().results_folder
    with pytest.raises(StoreError, match="no-such-run"):
        spec_like(Store(folder, [suite]), "no-such-run", results=folder)
    with pytest.raises(UserError, match="--problems"):
        spec_like(Store(folder, []), first.run_id, results=folder)
