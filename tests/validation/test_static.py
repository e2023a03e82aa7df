"""What reading a problem's files shows: habits that prove little, names that disagree, near-duplicates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deepbench_core import paths
from deepbench_core.problems import Problem, load_problem, load_suite
from deepbench_core.validation.lint import lint
from deepbench_core.validation.notes import Notes, Similar, load_notes
from deepbench_core.validation.similar import near_duplicates, similarity

FOCAL = load_problem(paths.problems_dir() / "deepbench" / "focal-loss")
TESTS = "from solution import focal_loss\n\n\ndef test_it():\n    {}\n"


def findings(problem: Problem) -> list[str]:
    return [line for finding in lint(problem) for line in finding.evidence]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("assert focal_loss(1) == 2", ""),
        ("import time; assert focal_loss(time.time())", "reads the clock"),
        ("from datetime import datetime; assert datetime.now() == focal_loss", "reads the clock"),
        ("import urllib.request; assert focal_loss", "network"),
        ("import inspect; assert focal_loss", "behind"),
        ("assert open('reference.py').read() == focal_loss", "opens a file"),
        ("from solution import helper; assert helper == focal_loss", "helper is no entry point"),
        ("import solution; assert solution.focal_loss is focal_loss", "the module itself"),
        ("assert not focal_loss(1) > 2", "assert not focal_loss"),
        ("assert not (abs(focal_loss(1)) >= 2).any()", "assert not (abs"),
        ("assert not focal_loss(1) == 2", ""),
        ("assert focal_loss(1) == pytest.approx(3, rel=1e-3)", "(0.001)"),
        ("assert focal_loss(1) == pytest.approx(3, rel=1e-4)", ""),
        ("assert focal_loss(1) == pytest.approx(3, rel=0.1)  # tolerance: an estimate from 100 draws", ""),
        ("# tolerance: an estimate from 100 draws\n    assert (focal_loss(1) - 3).abs().max() < 0.1", ""),
        ("assert (focal_loss(1) - 3).abs().max() < 0.1", "(0.1)"),
        ("assert focal_loss(1).abs().max() < 0.1", ""),
        ("torch.testing.assert_close(focal_loss(1), 3, rtol=0.01, atol=0)", "(0.01)"),
        ("focal_loss(1)", "def test_it"),
        ("assert 1", "never uses focal_loss"),
    ],
)
def test_tests_are_read_for_what_proves_little(line: str, said: str) -> None:
    found = findings(replace(FOCAL, tests=TESTS.format(line)))
    assert len(found) == bool(said), found
    assert said in "".join(found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("gamma: float = 2.0", "gamma: float = 1.0"),
        ("gamma: float = 2.0", "gamma: int = 2.0"),
        ("gamma: float = 2.0", "power: float = 2.0"),
    ],
)
def test_prompt_and_reference_must_have_one_signature(before: str, after: str) -> None:
    assert before in FOCAL.reference
    assert findings(FOCAL) == []
    said = findings(replace(FOCAL, reference=FOCAL.reference.replace(before, after)))
    assert len(said) == 2
    assert after.partition(":")[0] in said[1]


def test_a_copy_with_other_names_is_found_and_can_be_justified() -> None:
    soft = load_problem(paths.problems_dir() / "deepbench" / "soft-nms")
    words = {"logits": "scores", "target": "labels", "gamma": "power", "log_probs": "log_p"}
    reference, prompt = FOCAL.reference, FOCAL.prompt
    for old, new in words.items():
        reference, prompt = reference.replace(old, new), prompt.replace(old, new)
    copy = replace(FOCAL, meta=FOCAL.meta.model_copy(update={"id": "zcopy"}), reference=reference, prompt=prompt)
    assert near_duplicates([FOCAL, soft]) == []
    assert {(pair.one, pair.other) for pair in near_duplicates([FOCAL, soft, copy])} == {("focal-loss", "zcopy")}
    found = similarity([FOCAL, soft, copy], {})
    assert set(found) == {"focal-loss", "zcopy"}
    notes = {"zcopy": Notes(similar=(Similar(problem="focal-loss", reason="a copy for this test"),))}
    assert similarity([FOCAL, soft, copy], notes) == {}
    assert [f.check for f in similarity([soft, copy], notes)["zcopy"]] == ["notes"]


def test_every_problem_of_the_suite_is_read_without_complaint() -> None:
    problems = load_suite(paths.problems_dir() / "deepbench")
    assert {p.id: findings(p) for p in problems if findings(p)} == {}
    folders = {p.id: paths.problems_dir() / "deepbench" / p.id for p in problems}
    assert similarity(problems, {name: load_notes(folder) for name, folder in folders.items()}) == {}
