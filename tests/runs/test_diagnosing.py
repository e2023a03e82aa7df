"""Diagnoses of published runs and of files: where they are kept, when they are renewed, and the command."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deepbench_core.cli import main
from deepbench_core.diagnosis import VERSION
from deepbench_core.problems import load_suite
from deepbench_core.runs import RunSpec, diagnosing, run
from deepbench_core.store import Store
from tests.fake_endpoint import FakeEndpoint, Reply
from tests.runs.run_fakes import FakeJudge

WRONG = Reply("```python\ndef answer(x):\n    return x - 1\n```")


@pytest.fixture
def store(suite: Path, spec: Callable[..., RunSpec], endpoint: FakeEndpoint, judge: FakeJudge) -> Store:
    """A finished run in which two samples failed."""
    endpoint.enqueue(WRONG, Reply("```python\ndef answer(x):\n    return y\n```"))
    made = spec()
    run(made)
    return Store(made.results_folder, [suite])


def test_a_run_is_published_with_a_diagnosis_of_every_failed_sample(store: Store) -> None:
    rows = store.rows(
        """
        select s.verdict, d.* from samples s
        left join diagnoses d using (run_id, problem_id, sample, problem_hash, code_hash)
        """
    )
    failed = [r for r in rows if r["verdict"] != "passed"]
    assert len(failed) == 2
    assert all(r["category"] is None and r["version"] is None for r in rows if r["verdict"] == "passed")
    # Which problem got `x - 1` is chance; where 1 was right, too, only the operator is wrong.
    assert {r["category"] for r in failed} - {"wrong-constant", "wrong-logic"} == {"wrong-reference"}
    assert {(r["version"], r["source"]) for r in failed} == {(VERSION, "rules")}
    assert all(isinstance(json.loads(r["evidence"]), list) for r in failed)


def test_what_is_still_good_is_kept_and_experiments_make_it_better(store: Store, judge: FakeJudge) -> None:
    [run_id] = [m.run_id for m in store.manifests()]
    [kept] = diagnosing.diagnose_runs(store, [run_id], counterfactuals=False)
    assert (kept.failed, kept.made) == (2, 0)
    asked = len(judge.calls)
    [better] = diagnosing.diagnose_runs(store, [run_id])
    assert better.made == 2
    assert len(judge.calls) > asked
    sources = store.rows("select source from diagnoses order by source")
    assert [row["source"] for row in sources] == ["counterfactual", "rules"]
    [tried] = diagnosing.diagnose_runs(store, [run_id])
    assert tried.made == 0  # where nothing could be put back, that was found out once
    [again] = diagnosing.diagnose_runs(store, [run_id], counterfactuals=False)
    assert again.made == 0  # rules are no better than an experiment


def test_a_diagnosis_that_fails_does_not_fail_the_run(
    spec: Callable[..., RunSpec], endpoint: FakeEndpoint, judge: FakeJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosing.rules, "diagnose_case", lambda case: 1 / 0)
    endpoint.enqueue(WRONG)
    assert run(spec()).status == "complete"


def command(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["diagnose", *arguments])
    out, err = capsys.readouterr()
    code = ended.value.code
    return (code if isinstance(code, int) else 0), out, err


def test_a_file_of_failures_becomes_a_file_of_diagnoses(
    suite: Path, tmp_path: Path, judge: FakeJudge, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = load_suite(suite)[0]
    rows = [
        {
            "id": "a",
            "prompt": problem.prompt,
            "code": problem.reference.replace("+", "-"),
            "test_output": "E assert 0 == 2",
        },
        {"id": 7, "prompt": "", "code": "def f(:\n", "test_output": "", "labels": [2]},
    ]
    given, out = tmp_path / "failures.jsonl.gz", tmp_path / "out.jsonl"
    given.write_bytes(gzip.compress("\n\n".join(map(json.dumps, rows)).encode()))
    status, _, err = command(str(given), "--out", str(out), "--problems", str(suite), capsys=capsys)
    assert status == 0, err
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(r["id"], r["number"], r["source"]) for r in found] == [("a", 10, "counterfactual"), (7, 2, "rules")]
    assert set(found[0]) == {"id", "category", "number", "categories", "facet", "confidence", "source", "evidence"}
    assert all(set(e) <= {"kind", "text", "line"} for r in found for e in r["evidence"])
    status, printed, _ = command(str(given), "--no-counterfactuals", "--problems", str(suite), capsys=capsys)
    assert [json.loads(line)["source"] for line in printed.splitlines()] == ["rules", "rules"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{not json", "failures.jsonl:2: not JSON"),
        ('{"id": "a"}', "failures.jsonl:2: code: Field required"),
        ('{"id": "a", "code": 3}', "failures.jsonl:2: code: Input should be a valid string"),
        ("[]", "failures.jsonl:2: Input should be a valid dictionary"),
    ],
)
def test_a_bad_row_is_one_line_with_its_number(
    line: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "failures.jsonl"
    given.write_text('{"id": 1, "code": "x = 1"}\n' + line + "\n")
    status, out, err = command(str(given), capsys=capsys)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["missing.jsonl"], ["x.jsonl", "--all"]])
def test_a_mistake_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = command(*arguments, capsys=capsys)
    assert status == 2
    assert len(err.strip().splitlines()) == 1


def test_the_recorded_failures_of_another_benchmark_are_all_diagnosed(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = shared_data / "dlbench" / "labelled_failures_dev.jsonl.gz", tmp_path / "out.jsonl"
    status, _, err = command(str(given), "--out", str(out), "--no-counterfactuals", capsys=capsys)
    assert status == 0, err
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == 171
    assert sum(r["category"] is not None for r in rows) > 140
    assert "torch" not in sys.modules
