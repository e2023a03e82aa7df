"""Other benchmarks: drops between suites, and published figures that stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepbench_core.problems import Problem
from tests.apptest import checked, opened
from tests.synthetic import publish, write_suite


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


def test_the_same_models_on_two_suites(tmp_path: Path, problems: list[Problem], results: Path) -> None:
    other = write_suite(tmp_path / "shipped" / "other", 30)
    publish(results, problems, "a/b", verdicts={p.id: "failed" for p in problems})
    publish(results, other, "a/b", verdicts={p.id: "passed" for p in other}, seed=1)
    publish(results, problems, "only/here")
    app = opened("benchmarks")
    assert app.title[0].value.replace("\\", "") == "100 points lower on deepbench than on other"
    table = app.dataframe[0].value
    assert (list(table["Model"]), list(table["Drop"])) == (["a/b"], [100.0])
    checked(app.selectbox(key="from").set_value("deepbench").run())
    assert app.title[0].value == "Choose two different suites"


def test_published_figures_come_with_their_citation_and_without_a_rank(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/b")
    app = opened("benchmarks")
    table = app.dataframe[0].value
    assert "Rank" not in table.columns
    assert "a/b" not in set(table["Model, as the paper calls it"])
    assert any("arXiv" in c.value for c in app.caption)
