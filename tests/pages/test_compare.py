"""Compare: who solves what, in words, as a list that filters, and both answers side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepbench_core import figures
from deepbench_core.problems import Problem
from tests.apptest import checked, opened
from tests.synthetic import publish, publish_usual


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


@pytest.fixture
def two(problems: list[Problem], results: Path) -> list[Problem]:
    """a/b solves the first 18 of 24, c/d the last 8."""
    publish(results, problems, "a/b", verdicts={p.id: "passed" if i < 18 else "failed" for i, p in enumerate(problems)})
    publish(results, problems, "c/d", verdicts={p.id: "passed" if i > 15 else "failed" for i, p in enumerate(problems)})
    return problems


def test_a_pair_in_words_and_a_list_that_filters(two: list[Problem]) -> None:
    app = opened("compare")
    assert app.title[0].value.replace("\\", "") == "a/b and c/d can't be told apart"
    assert "McNemar" in app.caption[0].value
    assert len(app.dataframe[0].value) == 22
    checked(app.segmented_control(key="outcome").set_value("both").run())
    assert list(app.dataframe[0].value["Problem"]) == [two[16].id, two[17].id]


def test_the_address_names_pair_and_problem(two: list[Problem]) -> None:
    app = opened("compare", a="c/d", b="a/b", problem=two[0].id)
    assert (app.selectbox(key="a").value, app.selectbox(key="b").value) == ("c/d", "a/b")
    codes = [c.value for c in app.code]
    assert len([c for c in codes if "def answer" in c]) >= 2
    checked(app.button(key="close").click().run())
    assert "problem" not in app.query_params


def test_a_model_against_itself_is_asked_to_change(two: list[Problem]) -> None:
    assert opened("compare", a="a/b", b="a/b").title[0].value == "Choose two different models"


def test_one_model_alone_can_not_be_compared(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/b")
    assert "needs two" in opened("compare").info[0].value


def test_all_pairs_are_in_a_table_behind_a_switch(problems: list[Problem], results: Path) -> None:
    publish_usual(results, problems)
    app = opened("compare")
    checked(app.toggle(key="numbers").set_value(True).run())
    assert {"a", "b", "difference", "holm"} <= set(app.dataframe[-1].value.columns)


def test_names_in_our_own_drawings_are_text() -> None:
    drawn = figures.outcome_bar([("<img src=x onerror=alert(1)>", 3, "#0072B2"), ('"', 0, "#FFFFFF")])
    assert "<img" not in drawn
    assert '""' not in drawn
    assert (figures.ink("#FFFFFF"), figures.ink("#0072B2")) == ("#111827", "#FFFFFF")
