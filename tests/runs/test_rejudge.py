"""Stored code is judged again without a model; what is still good is left alone, what was said before is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deepbench_core.errors import StoreError, UserError
from deepbench_core.runs import RunSpec, run
from deepbench_core.runs.rejudge import rejudge
from deepbench_core.store import Store
from deepbench_core.taxonomy import Verdict
from tests.fake_endpoint import FakeEndpoint, Reply
from tests.runs.run_fakes import FakeJudge

Make = Callable[..., RunSpec]


def verdicts(store: Store) -> dict[str, str]:
    return {r["problem_id"]: r["verdict"] for r in store.rows("select problem_id, verdict from samples")}


def test_what_is_still_good_is_not_judged_again(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint, suite: Path
) -> None:
    result = run(spec())
    calls, asked = len(judge.calls), endpoint.calls
    [found] = rejudge(Store(spec().results_folder, [suite]), [result.run_id])
    assert (found.judged, found.current, found.folder, found.changes) == (0, 6, None, ())
    assert (len(judge.calls), endpoint.calls) == (calls, asked)


def test_a_changed_problem_is_judged_again_and_the_old_verdicts_stay(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint, suite: Path
) -> None:
    result = run(spec())
    asked = endpoint.calls
    tests = suite / "problem-002" / "tests.py"
    tests.write_text(tests.read_text() + "\n# stricter now\n")
    store = Store(spec().results_folder, [suite])
    assert store.rows("select problem_id from results where stale") == [{"problem_id": "problem-002"}]
    judge._known.clear()
    judge.verdict = Verdict.FAILED
    [found] = rejudge(store, [result.run_id])
    assert endpoint.calls == asked
    assert (found.judged, found.current) == (1, 5)
    [change] = found.changes
    assert (change.problem_id, change.before, change.after) == ("problem-002", "passed", "failed")
    assert verdicts(store) == {f"problem-00{i}": "failed" if i == 2 else "passed" for i in range(6)}
    assert store.rows("select count(*) n from results where stale") == [{"n": 0}]
    assert store.manifest(result.run_id).revision == 2
    assert result.folder is not None
    assert verdicts(Store(result.folder.parent, [suite])) == verdicts(store)
    assert (result.folder / "samples.parquet").is_file()


def test_an_answer_without_code_stays_that_and_is_not_stale(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint, suite: Path
) -> None:
    endpoint.answer, endpoint.default = None, Reply("I can't do that.")
    result = run(spec())
    tests = suite / "problem-002" / "tests.py"
    tests.write_text(tests.read_text() + "\n# stricter now\n")
    store = Store(spec().results_folder, [suite])
    [found] = rejudge(store, [result.run_id])
    assert (found.judged, found.current, found.skipped) == (0, 6, 0)
    assert found.folder is not None
    assert set(verdicts(store).values()) == {"no-code"}
    assert store.rows("select count(*) n from results where stale") == [{"n": 0}]


def test_an_answer_to_another_prompt_stays_stale(spec: Make, judge: FakeJudge, suite: Path) -> None:
    result = run(spec())
    prompt = suite / "problem-002" / "prompt.py"
    prompt.write_text(prompt.read_text().replace('"""', '"""Quickly. ', 1))
    store = Store(spec().results_folder, [suite])
    [found] = rejudge(store, [result.run_id])
    assert (found.judged, found.current, found.skipped) == (0, 5, 1)
    assert store.rows("select problem_id from results where stale") == [{"problem_id": "problem-002"}]


def test_a_dry_run_reports_and_publishes_nothing(spec: Make, judge: FakeJudge, suite: Path) -> None:
    result = run(spec())
    judge._known.clear()
    judge.verdict = Verdict.TIMEOUT
    store = Store(spec().results_folder, [suite])
    [found] = rejudge(store, [result.run_id], again=True, publish=False)
    assert len(found.changes) == 6
    assert found.folder is None
    assert set(verdicts(store).values()) == {"passed"}


def test_another_environment_is_never_published(spec: Make, judge: FakeJudge, suite: Path) -> None:
    result = run(spec())
    [found] = rejudge(Store(spec().results_folder, [suite]), [result.run_id], environment="sklearn", again=True)
    assert (found.judged, found.folder) == (6, None)


def test_mistakes_are_named(spec: Make, judge: FakeJudge, suite: Path, tmp_path: Path) -> None:
    result = run(spec())
    with pytest.raises((UserError, StoreError), match="no-such-run"):
        rejudge(Store(spec().results_folder, [suite]), ["no-such-run"])
    with pytest.raises(UserError, match="--problems"):
        rejudge(Store(spec().results_folder, []), [result.run_id])
