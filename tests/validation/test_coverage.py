"""What a suite covers, in numbers: counted rightly, and written down as it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deepbench_core import paths
from deepbench_core.problems import load_problem, load_suite
from deepbench_core.taxonomy import Difficulty, Modality, Stage, Task
from deepbench_core.validation.coverage import COVERAGE, cells, cooperates, goals, markdown

SUITE = paths.problems_dir() / "deepbench"
FOCAL = load_problem(SUITE / "focal-loss")


def test_the_page_of_the_suite_is_up_to_date() -> None:
    text = (SUITE / COVERAGE).read_text(encoding="utf-8")
    assert text == markdown(load_suite(SUITE), SUITE), "run `deepbench problems coverage --write`"


def test_goals_count_what_they_name(tmp_path: Path) -> None:
    changes = {"stage": Stage.TRAINING, "task": Task.TIME_SERIES, "modality": Modality.TABULAR, "tags": ("trap",)}
    changes |= {
        "id": "other",
        "difficulty": Difficulty.HARD,
        "environment": "jax-cpu",
        "entry_points": ("focal_loss", "other"),
    }
    focal = replace(FOCAL, meta=FOCAL.meta.model_copy(update={"difficulty": Difficulty.MEDIUM}))
    other = replace(FOCAL, meta=FOCAL.meta.model_copy(update=changes))
    for folder, file in (("focal-loss", "independent.py"), ("other", "reference.py")):
        (tmp_path / "suite" / folder).mkdir(parents=True)
        (tmp_path / "suite" / folder / file).touch()
    by_name = {goal.name: goal for goal in goals([focal, other, other], tmp_path / "suite")}
    counts = {
        "Problems": 3,
        "Stage: Training": 2,
        "Stage: Model construction": 1,
        "Task: Time series": 2,
        "Modality: Tabular": 2,
        "Filled cells of stage × task × modality, of 140": 2,
        "Expected to be hard": 2,
        "Expected to be easy": 0,
        "Two or more cooperating functions, or a class with state": 2,
        "Traps": 2,
        "In a second framework": 2,
        "With an independent solution": 1,
    }
    assert {name: by_name[name].count for name in counts} == counts
    assert [name for name, goal in by_name.items() if goal.met] == ["Expected to be medium", "Expected to be hard"]
    assert cells([FOCAL, other, other])[Stage.TRAINING, Task.TIME_SERIES, Modality.TABULAR] == 2


def test_a_class_as_entry_point_cooperates() -> None:
    assert not cooperates(FOCAL)
    assert cooperates(load_problem(SUITE / "running-standardizer"))


def test_empty_cells_are_named() -> None:
    text = markdown([FOCAL], SUITE)
    assert "## The 139 empty cells" in text
    assert "- Model construction, classification: image, text, tabular\n" in text
    assert "| Problems | 1 | 208 | 207 to go |" in text
