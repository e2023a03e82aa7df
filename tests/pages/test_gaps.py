"""Gaps: words and numbers for each axis, thin groups marked, and a table behind a switch."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepbench_core import figures, gaps
from deepbench_core.filters import Filters
from deepbench_core.problems import Problem
from deepbench_core.store import Store
from tests.apptest import checked, opened
from tests.synthetic import publish, publish_usual, write_suite


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


def test_gaps_answer_in_words_and_numbers(tmp_path: Path, problems: list[Problem], results: Path) -> None:
    more = write_suite(tmp_path / "shipped" / "other", 80)
    verdicts = {p.id: "passed" if p.meta.stage == "training" else "failed" for p in more}
    publish(results, more, "a/trainer", verdicts=verdicts)
    app = opened("gaps")
    checked(app.selectbox(key="suite").set_value("other").run())
    assert app.title[0].value.startswith("Stages differ by 100 points, tasks by ")
    assert "more than noise: stages" in app.caption[0].value
    table = app.dataframe[0].value
    assert list(table["Model"]) == ["a/trainer"]
    assert list(table["Stage gap"]) == [100.0]
    assert not app.download_button
    checked(app.toggle(key="numbers").set_value(True).run())
    assert set(app.dataframe[-1].value["axis"]) == {"stage", "task", "modality"}


def test_few_problems_have_no_gap(problems: list[Problem], results: Path) -> None:
    publish(results, problems[:9], "a/b")
    assert opened("gaps").title[0].value.startswith("Where are models strong")


def test_a_model_of_the_address_is_shown_alone(problems: list[Problem], results: Path) -> None:
    publish_usual(results, problems)
    app = opened("gaps", model=["openai/gpt-5.2"])
    assert list(app.dataframe[0].value["Model"]) == ["openai/gpt-5.2"]


def test_marks_lead_to_their_samples(tmp_path: Path, results: Path) -> None:
    problems = write_suite(tmp_path / "made-up", 60)
    publish_usual(results, problems)
    found = gaps.gap(Store(results, [tmp_path / "made-up"]), Filters(suite="made-up"), "stage")
    names = [m.name for m in found.models]
    figure = figures.gap_dots(found, found.models, figures.model_colours(names), figures.model_symbols(names))
    assert {(m, a) for trace in figure.data for m, a, _ in trace.customdata} == {(n, "stage") for n in names}
    hollow = [t for t in figure.data if t.marker.symbol.endswith("-open")]
    assert all(t.marker.color == figures.GREY for t in hollow)
    assert {t.customdata[0][0] for t in hollow} == {"deepseek/deepseek-v4"}  # six problems: always thin
    nan = float("nan")
    heat = figures.heat(["<b>"], ["x", "y", "z"], [[0.9, 0.5, nan]], [[20, 3, 0]], [[["m"], ["m"], ["m"]]], thin=8)
    assert [a.text for a in heat.layout.annotations] == ["90", "50", "–"]
    assert "<b>" not in heat.layout.yaxis.ticktext[0]
