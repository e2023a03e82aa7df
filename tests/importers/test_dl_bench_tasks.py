"""DL-Bench's tasks: functions of installed packages, read in every form, and judged where the package is at hand."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from deepbench_core.cli import main
from deepbench_core.environments import Built, find_built, load_environment
from deepbench_core.errors import UserError
from deepbench_core.executors import open_executor
from deepbench_core.executors.calibration import calibrate_all, job_for
from deepbench_core.extract import extract_answer
from deepbench_core.importers import dl_bench_tasks
from deepbench_core.importers.dl_bench_tasks import TaskRow, import_tasks, task_files
from deepbench_core.problems import Problem, find_suite, load_suite
from deepbench_core.prompts import build

ENVIRONMENT = "dlbench-scikit-learn"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with a package of our own in the place of scikit-learn."""
    site = tmp_path / "venv" / "lib" / "python3.11" / "site-packages" / "sklearn"
    site.mkdir(parents=True)
    (site / "__init__.py").write_text("")
    (site / "sums.py").write_text(
        "import functools\n\n\n@functools.cache\ndef add(a, b=1):\n    return a + b\n\n\n"
        "class Meter:\n    def total(self):\n        return 3\n\n\nTHREE = add(2)\n"
    )

    built = Built(load_environment(ENVIRONMENT), "venv", str(tmp_path / "venv"), {})
    monkeypatch.setattr(dl_bench_tasks, "find_built", lambda name: built)
    return site


def row(**values: Any) -> dict[str, Any]:
    usual = {"id": "processed_scikit-learnadd7", "function": "add", "source": "sklearn/sums.py", "repo": "scikit-learn"}
    return (
        usual
        | {"tests": ["sklearn/tests/test_sums.py::test_add"], "prompt": "Write add.", "stage": "training"}
        | values
    )


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


def test_a_task_becomes_a_problem_with_the_original_as_its_reference(site: Path, tmp_path: Path) -> None:
    found = import_tasks(write(tmp_path / "tasks.jsonl", row(), row(id="m", function="total", class_name="Meter")))
    [meter, add] = load_suite(find_suite(found.suite.name))
    assert (add.id, add.meta.form, add.meta.stage, add.meta.library) == (
        "scikit-learnadd7", "package", "training", "scikit-learn",
    )  # fmt: skip
    assert add.meta.package is not None
    assert add.meta.package.target == "sklearn.sums:add"
    assert add.meta.package.fresh  # THREE is made while the package is imported
    assert add.reference == "@functools.cache\ndef add(a, b=1):\n    return a + b"
    assert meter.meta.package is not None
    assert (meter.meta.package.target, meter.meta.package.fresh) == ("sklearn.sums:Meter.total", False)
    assert "self" in meter.reference


def test_every_form_gives_the_same_problem(site: Path, tmp_path: Path) -> None:
    lines = import_tasks(write(tmp_path / "tasks.jsonl", row())).suite.problems
    (tmp_path / "one" / "data").mkdir(parents=True)
    with (tmp_path / "one" / "data" / "tasks.csv").open("w", newline="") as file:
        names = ["repo", "filename", "function", "class", "ground Truth", "test_cases", "prompt", "stage"]
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerow(
            dict(
                zip(
                    names,
                    ("scikit-learn", "scikit-learnadd7.txt", "add", "", "sklearn/sums.py#L5",
                     "sklearn/tests/test_sums.py::test_add", "Write add.", "training"),
                    strict=True,
                )
            )
        )  # fmt: skip
    assert import_tasks(tmp_path / "one").suite.problems == lines
    (tmp_path / "two").mkdir()
    recorded = {"result": "```python\ndef add(a, b=1):\n    return a\n```", "function_name": "add", "class": ""}
    recorded |= {
        "ground_truth": "sklearn/sums.py",
        "test": "sklearn/tests/test_sums.py::test_add",
        "repo": "scikit-learn",
    }
    (tmp_path / "two" / "processed_scikit-learnadd7.json").write_text(
        json.dumps(recorded | {"prompt": "Write add.", "stage": "training"})
    )
    found = import_tasks(tmp_path / "two")
    assert found.suite.problems == lines
    assert [name for name, _ in found.responses] == ["scikit-learnadd7"]


def test_tasks_without_an_environment_are_counted_and_left_out(site: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "tasks.jsonl", row(), row(id="k", repo="kornia"), row(id="l", repo="kornia"))
    found = import_tasks(path)
    assert (len(found.suite.problems), found.left_out) == (1, {"kornia": 2})
    with pytest.raises(UserError, match="no environment for kornia"):
        import_tasks(write(tmp_path / "kornia.jsonl", row(repo="kornia")))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "sklearn/nowhere.py"}, "has no file sklearn/nowhere.py"),
        ({"function": "subtract"}, "has no subtract"),
        ({"tests": "[broken"}, "tasks.jsonl:2: not a task of DL-Bench: tests"),
        ({"prompt": ""}, "tasks.jsonl:2: not a task of DL-Bench: prompt"),
    ],
)
def test_what_can_not_be_right_is_refused_and_nothing_is_imported(
    site: Path, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=r"^[^\n]*$") as refused:
        import_tasks(write(tmp_path / "tasks.jsonl", row(id="first"), row(**change)))
    assert said in str(refused.value)
    with pytest.raises(UserError, match="no suite"):
        find_suite(dl_bench_tasks.SUITE)


def test_result_files_are_no_tasks(tmp_path: Path) -> None:
    write(tmp_path / "results.jsonl", {"task_id": "DLBench/1", "status": "pass", "stage": "training"})
    assert task_files(tmp_path) == []


def test_node_ids_are_read_from_lists_and_from_text() -> None:
    ids = ["a/test_x.py::test_one", "a/test_x.py::test_two[1 2]"]
    for given in (ids, str(ids), " ".join(ids)):
        assert TaskRow.model_validate(row(tests=given)).tests == tuple(ids)


def test_the_benchmarks_prompt_is_asked_and_a_method_may_come_in_any_form(site: Path, tmp_path: Path) -> None:
    found = import_tasks(write(tmp_path / "tasks.jsonl", row(), row(id="m", function="total", class_name="Meter")))
    [meter, add] = found.suite.problems
    [message] = build(add, "zero-shot", {"scikit-learn": "1.6.0"})
    assert message.content.startswith("Write add.\n\n")
    assert "`add` in the module `sklearn.sums` of scikit-learn 1.6.0" in message.content
    assert extract_answer("Here:\n```python\ndef total(self):\n    return 4\n```", meter).code == (
        "def total(self):\n    return 4"
    )
    assert extract_answer("```python\nclass A:\n    def total(self):\n        return 4\n```", meter).code is not None


@pytest.fixture(scope="module")
def recorded(
    shared_home: Path, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Problem, dict[str, Any]]]:
    """The recorded tasks, with what is known of them."""
    path = shared_data / "dlbench" / "scikit_learn_tasks_dev.jsonl.gz"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEEPBENCH_HOME", str(shared_home))
        if find_built(ENVIRONMENT) is None:
            pytest.skip(f"the environment {ENVIRONMENT} is not built")
        with gzip.open(path) as file:
            rows = {TaskRow.model_validate(r).problem_id: r for r in map(json.loads, file)}
        with pytest.MonkeyPatch.context() as home:
            home.setattr("deepbench_core.paths.suites_dir", lambda: tmp_path_factory.mktemp("suites"))
            problems = import_tasks(path).suite.problems
    return {p.id: (p, rows[p.id]) for p in problems}


@pytest.mark.bwrap
@pytest.mark.slow
def test_recorded_code_fails_the_tests_that_it_is_known_to_fail(
    recorded: dict[str, tuple[Problem, dict[str, Any]]], shared_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPBENCH_HOME", str(shared_home))
    quick = ("chi2", "top-k", "contingency", "dict-learning189", "orthogonal-mp-gram", "make-scorer", "calibration")
    chosen = {name: found for name, found in recorded.items() if any(part in name for part in quick)}
    assert len(chosen) == len(quick)
    with open_executor("local", workers=1) as executor:
        for problem, outcome in calibrate_all([p for p, _ in chosen.values()], executor):
            known = chosen[problem.id][1]
            if set(known["reference_counts"]) == {"skipped"}:
                assert "no test ran" in str(outcome)  # invalid: its tests are all skipped here
                continue
            assert not isinstance(outcome, Exception), outcome
            assert len(outcome.expected) == known["reference_counts"]["passed"]
            judgement = executor.submit(job_for(problem, known["code"], outcome)).result()
            counts = Counter(test.outcome for test in judgement.tests)
            assert counts["passed"] == known["overlay_counts"].get("passed", 0), problem.id
            assert counts["failed"] == known["overlay_counts"].get("failed", 0), problem.id
            assert (judgement.verdict.value == "passed") == (set(known["overlay_counts"]) <= {"passed", "skipped"})


def test_the_command_says_what_is_there_and_keeps_recorded_answers(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "tasks.jsonl", row(code="def add(a, b=1):\n    return a\n"), row(id="k", repo="kornia"))
    with pytest.raises(SystemExit) as ended:
        main(["import", "dl-bench", str(path), "--responses", str(tmp_path / "answers.jsonl")])
    assert not ended.value.code
    out, err = capsys.readouterr()
    assert "dl-bench-tasks: 1 problems, new (1 scikit-learn)" in out
    assert "left out 1 tasks of kornia" in err
    assert json.loads((tmp_path / "answers.jsonl").read_text()) == {
        "problem_id": "scikit-learnadd7",
        "code": "def add(a, b=1):\n    return a\n",
    }
