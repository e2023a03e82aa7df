"""Imported problems in the real judge: their references pass, and a wrong answer does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deepbench_core.environments import find_built
from deepbench_core.executors import open_executor
from deepbench_core.executors.calibration import Calibration, calibrate_all, job_for
from deepbench_core.executors.pool import Pool
from deepbench_core.importers.ds1000 import import_ds1000
from deepbench_core.importers.functions import import_bigcodebench, import_human_eval
from deepbench_core.problems import Problem, find_suite, load_suite
from deepbench_core.runs.score import score_file
from deepbench_core.taxonomy import Integrity, Verdict
from tests.importers.records import BIG_CODE_BENCH, HUMAN_EVAL, small_ds1000, write

pytestmark = [pytest.mark.bwrap, pytest.mark.timeout(300)]


def judge(pool: Pool, problem: Problem, *codes: str) -> tuple[Integrity, list[Verdict]]:
    """Which judge serves a problem, and its verdicts on some code."""
    [(_, found)] = calibrate_all([problem], pool)
    assert isinstance(found, Calibration), found
    # With time enough for a first graph of TensorFlow's on a busy machine: what is asked here is what comes out.
    futures = [pool.submit(replace(job_for(problem, code, found), seconds=60)) for code in codes]
    return found.integrity, [f.result().verdict for f in futures]


# Functions, in an environment that is always built


@pytest.fixture
def small(built_home: Path) -> Iterator[Pool]:
    with open_executor("local", workers=1, environments=["torch-cpu"]) as pool:
        yield pool


def test_functions_of_others_are_judged_by_the_split(small: Pool, tmp_path: Path) -> None:
    import_human_eval(write(tmp_path / "he.jsonl", HUMAN_EVAL))
    import_bigcodebench(write(tmp_path / "bcb.jsonl", BIG_CODE_BENCH), environment="torch-cpu")
    [largest] = load_suite(find_suite("human-eval"))
    [ceiling] = load_suite(find_suite("bigcodebench"))
    wrong = "def largest(xs):\n    return xs[0]\n"
    assert judge(small, largest, largest.reference, wrong) == (Integrity.SPLIT, [Verdict.PASSED, Verdict.FAILED])
    wrong = "def task_func(x):\n    return round(x)\n"
    assert judge(small, ceiling, ceiling.reference, wrong) == (Integrity.SPLIT, [Verdict.PASSED, Verdict.FAILED])


def test_a_snippet_is_judged_by_the_split_where_its_result_is_all_that_counts(small: Pool, tmp_path: Path) -> None:
    rows = small_ds1000()
    import_ds1000(write(tmp_path / "ds1000.jsonl", rows), partial=True)
    doubled, indented = (
        Problem(p.suite, p.meta.model_copy(update={"environment": "torch-cpu"}), p.prompt, p.reference, p.tests)
        for p in load_suite(find_suite("ds1000"))[:2]
    )
    answers = {
        "result = values + values": Verdict.PASSED,
        "result = values": Verdict.FAILED,
        "for v in [1]: result = values * 2": Verdict.FAILED,  # right, but its text is not
        "result = values *": Verdict.FAILED,
        "other = values * 2": Verdict.FAILED,
        "import os; os._exit(0)": Verdict.CRASHED,
        "result = type('Equal', (), {'__eq__': lambda a, b: True, '__array__': lambda a, *b: b[0]})()": Verdict.FAILED,
        "raise SystemExit(0)": Verdict.CRASHED,
    }
    integrity, verdicts = judge(small, doubled, *answers)
    assert integrity is Integrity.SPLIT
    assert dict(zip(answers, verdicts, strict=True)) == answers
    assert judge(small, indented, "    return values * 2", "    return 3")[1] == [Verdict.PASSED, Verdict.FAILED]


# The environment of DS-1000: three gigabytes, so only where it is built already


@pytest.fixture
def large(built_home: Path) -> Iterator[Pool]:
    if find_built("ds1000") is None:
        pytest.skip("the environment ds1000 is not built (deepbench env build ds1000)")
    with open_executor("local", workers=1) as pool:
        yield pool


def test_pictures_are_compared_in_one_process_without_a_display(large: Pool, tmp_path: Path) -> None:
    import_ds1000(write(tmp_path / "ds1000.jsonl", small_ds1000()), partial=True)
    drawn = load_suite(find_suite("ds1000"))[2]
    codes = (
        "plt.plot([1, 2, 3], color='red')",
        "plt.plot([1, 2]); plt.plot([3])",
        "import matplotlib as m; m.use('tkagg')",
    )
    integrity, verdicts = judge(large, drawn, *codes)
    assert integrity is Integrity.IN_PROCESS
    assert verdicts == [Verdict.PASSED, Verdict.FAILED, Verdict.FAILED]


def test_every_library_computes_in_a_fork_of_the_warm_server(large: Pool, tmp_path: Path) -> None:
    """The server starts no thread; what its children start is theirs alone, one after another."""
    import_ds1000(write(tmp_path / "ds1000.jsonl", small_ds1000()), partial=True)
    doubled = load_suite(find_suite("ds1000"))[0]
    keras = (
        "import tensorflow as tf\nmodel = tf.keras.Sequential([tf.keras.layers.Dense(3)])\n"
        "model.compile(loss='mse')\nmodel.fit(values, values, verbose=0)\nresult = (tf.constant(values) * 2).numpy()"
    )
    torch = (
        "import torch\nw = torch.ones(3, requires_grad=True)\n(w * 2).sum().backward()\n"
        "result = values * w.grad.numpy()"
    )
    sklearn = (
        "from sklearn.linear_model import LinearRegression as L\nx = np.arange(6.0)[:, None]\n"
        "result = values * round(L().fit(x, 2 * x).coef_[0, 0])"
    )
    verdicts = judge(large, doubled, keras, torch, keras, sklearn)[1]
    assert verdicts == [Verdict.PASSED] * 4


def test_what_needs_the_network_is_the_harnesss_failure_and_not_the_models(large: Pool, tmp_path: Path) -> None:
    large.close()
    import_ds1000(write(tmp_path / "ds1000.jsonl", small_ds1000()), partial=True)
    problems = load_suite(find_suite("ds1000"))
    rows: list[dict[str, Any]] = [
        {"problem_id": 3, "code": "result = values"},
        {"problem_id": 0, "code": "result = values * 2"},
    ]
    responses = tmp_path / "r.jsonl"
    responses.write_text("\n".join(map(json.dumps, rows)))
    found = list(score_file(responses, problems, executor="local", workers=1))
    assert [r["verdict"] for r in found] == ["harness", "passed"]
    assert "reference" in found[0]["message"]
