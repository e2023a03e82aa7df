"""Runs with the real sandbox, the real worker and litellm; only the endpoint is ours."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from deepbench_core.problems import load_suite
from deepbench_core.runs import RunSpec, State, resume, run, start
from deepbench_core.runs.journal import Journal
from deepbench_core.runs.score import score_file
from deepbench_core.store import Store
from tests.fake_endpoint import FakeEndpoint
from tests.runs.test_worker import ended, pid_of, wait_for

Make = Callable[..., RunSpec]

pytestmark = [pytest.mark.bwrap, pytest.mark.usefixtures("built_home")]


def test_pseudo_models_pass_everything_and_nothing(spec: Make, suite: Path) -> None:
    for model, passed in (("reference", 6), ("stub", 0)):
        result = run(spec(model=model, run_id=model, executor="local", workers=2))
        store = Store(spec().results_folder, [suite])
        rows = store.rows("select * from results where run_id = ?", [model])
        assert sum(r["passed"] for r in rows) == passed
        assert all(r["scored"] and r["integrity"] and r["environment_digest"] and r["judge"] for r in rows)
        assert all(0 < r["time_limit"] <= 60 for r in rows)
        assert all(r["error_type"] == (None if r["passed"] else "NotImplementedError") for r in rows)
        assert result.folder is not None
        manifest = store.manifest(model)
        assert manifest.executor["environments"]["torch-cpu"]["digest"] == rows[0]["environment_digest"]
        assert str(Path.home()) + "/" not in (result.folder / "manifest.json").read_text()


def test_scored_responses_get_the_same_verdicts(suite: Path, tmp_path: Path) -> None:
    problems = load_suite(suite)
    rows = [
        {"problem_id": p.id, "sample": s, "code": c} for p in problems for s, c in enumerate((p.reference, "x = 1"))
    ]
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = [r["verdict"] for r in score_file(path, problems, executor="local", workers=2)]
    assert found == ["passed", "error"] * 6


def test_a_problem_whose_reference_fails_is_the_harness_fault(suite: Path, tmp_path: Path) -> None:
    (suite / "problem-001" / "reference.py").write_text("def answer(x):\n    return 0\n")
    path = tmp_path / "r.jsonl"
    path.write_text(
        "".join(json.dumps({"problem_id": f"problem-00{i}", "code": "def answer(x): return x"}) + "\n" for i in (0, 1))
    )
    found = list(score_file(path, load_suite(suite), executor="local", workers=1))
    assert [r["verdict"] for r in found] == ["passed", "harness"]
    assert "problem-001: reference: " in found[1]["message"]


@pytest.mark.slow
def test_the_real_worker_survives_being_killed(spec: Make, endpoint: FakeEndpoint) -> None:
    endpoint.delay = 0.2
    run_id = start(spec(samples=3, executor="local", workers=1))
    for kills, answered in enumerate((2, 9), start=1):
        wait_for(run_id, lambda p, n=answered: p.answered >= n, 200)  # type: ignore[misc]
        os.kill(pid_of(run_id), signal.SIGKILL)
        assert wait_for(run_id, ended).state is State.LOST
        with closing(Journal.open(run_id)) as journal:
            assert endpoint.calls - len(journal.answered()) <= 2 * kills
        resume(run_id)
    found = wait_for(run_id, ended, 200)
    assert (found.state, found.verdicts) == (State.DONE, {"passed": 18})
    assert endpoint.calls <= 18 + 2 * 2
    rows = Store(spec().results_folder).rows("select count(*) n, count(distinct (problem_id, sample)) d from results")
    assert rows == [{"n": 18, "d": 18}]
