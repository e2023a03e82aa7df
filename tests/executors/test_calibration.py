"""What a reference's own runs teach: the demanded tests, the judge that serves, the time limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from deepbench_core.errors import ExecutorError, ProblemError, UserError
from deepbench_core.executors.calibration import calibrate, calibrate_all, job_for, time_limit
from deepbench_core.executors.pool import Pool
from deepbench_core.problems import Limits, Metadata, Problem
from deepbench_core.taxonomy import Difficulty, Integrity, Modality, Stage, Task

OpenPool = Callable[..., Pool]


def problem(reference: str, name: str = "some") -> Problem:
    meta = Metadata(
        id=name,
        title="A problem",
        stage=Stage.TRAINING,
        task=Task.GENERAL,
        modality=Modality.OTHER,
        entry_points=("f",),
        environment="tiny",
        difficulty=Difficulty.EASY,
        author="tests",
        licence="Apache-2.0",
        created=date(2026, 1, 1),
        limits=Limits(seconds=30, memory_mb=256),
    )
    return Problem("suite", meta, "prompt", reference, "tests")


def test_learns_tests_judge_and_time_and_keeps_them(open_pool: OpenPool) -> None:
    pool = open_pool("plain")
    found = calibrate(pool, [problem("ok")])["some"]
    assert found.expected == ("t",)
    assert found.integrity is Integrity.SPLIT
    assert found.total_seconds > 0
    other = open_pool("plain")
    assert calibrate(other, [problem("ok")])["some"] == found
    assert other.boxes_started == 0
    job = job_for(problem("ok"), "code", found)
    assert (job.code, job.expected, job.memory_mb, job.seconds) == ("code", ("t",), 256, 5.0)


def test_what_the_judge_made_of_the_tests_goes_into_other_boxes(open_pool: OpenPool) -> None:
    found = calibrate(open_pool("plain"), [problem("ok")])["some"]
    assert found.compiled.startswith("tests, by ")
    judgement = open_pool("plain").submit(job_for(problem("ok"), "ok", found)).result(60)
    assert judgement.evidence["compiled"] == found.compiled


def test_changed_reference_is_run_again(open_pool: OpenPool) -> None:
    pool = open_pool("plain")
    calibrate(pool, [problem("ok")])
    with pytest.raises(ProblemError):
        calibrate(pool, [problem("wrong")])


def test_what_the_split_judge_cannot_serve_is_judged_in_process_and_says_why(open_pool: OpenPool) -> None:
    found = calibrate(open_pool("plain"), [problem("splitless")])["some"]
    assert found.integrity is Integrity.IN_PROCESS
    assert found.why_not_split == "t failed: AssertionError: not the same object"
    assert job_for(problem("splitless"), "", found).integrity is Integrity.IN_PROCESS


def test_failing_reference_is_one_line_with_the_test(open_pool: OpenPool) -> None:
    with pytest.raises(ProblemError) as caught:
        calibrate(open_pool("plain"), [problem("wrong")])
    assert str(caught.value) == "suite/some: reference: t failed: assert 1 == 2"


def test_skipped_test_is_the_problems_error(open_pool: OpenPool) -> None:
    with pytest.raises(ProblemError, match="u is skipped: every test of a problem must run and pass"):
        calibrate(open_pool("plain"), [problem("skip")])


def test_all_goes_on_after_a_broken_one(open_pool: OpenPool) -> None:
    pool = open_pool("plain", workers=2)
    found = {p.id: o for p, o in calibrate_all([problem("wrong", "bad"), problem("ok", "good")], pool)}
    assert isinstance(found["bad"], ProblemError)
    assert not isinstance(found["good"], ProblemError)


def test_broken_judge_is_not_the_problems_fault(open_pool: OpenPool) -> None:
    with pytest.raises(ExecutorError, match="the judge failed"):
        calibrate(open_pool("plain"), [problem("say harness")])


def test_tests_that_can_not_be_imported_are_the_problems_fault_and_others_go_on(open_pool: OpenPool) -> None:
    pool = open_pool("plain")
    found = {p.id: o for p, o in calibrate_all([problem("uncollected", "bad"), problem("ok", "good")], pool)}
    assert isinstance(found["bad"], ProblemError)
    assert not isinstance(found["good"], ProblemError)


def test_limit_has_factor_floor_and_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    assert time_limit(0.01, ceiling=60) == 5.0
    assert time_limit(2.0, ceiling=60) == 20.0
    assert time_limit(9.0, ceiling=60) == 60.0
    monkeypatch.setenv("DEEPBENCH_TIME_FACTOR", "3")
    monkeypatch.setenv("DEEPBENCH_TIME_FLOOR", "1")
    assert time_limit(2.0, ceiling=60) == 6.0
    monkeypatch.setenv("DEEPBENCH_TIME_FLOOR", "fast")
    with pytest.raises(UserError, match=r"\$DEEPBENCH_TIME_FLOOR"):
        time_limit(2.0, ceiling=60)
