"""Paired comparison: the right test, the right problems, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from deepbench_core import board, compare, selection
from deepbench_core.errors import UserError
from deepbench_core.filters import Filters
from deepbench_core.problems import Problem
from deepbench_core.store import Store
from tests.synthetic import publish, publish_usual, write_suite

BOARD = Filters(suite="made-up")


@pytest.fixture
def problems(tmp_path: Path) -> list[Problem]:
    return write_suite(tmp_path / "made-up", 60)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


@pytest.fixture
def store(tmp_path: Path, results: Path) -> Store:
    return Store(results, [tmp_path / "made-up"])


def solve(problems: list[Problem], solved: set[int]) -> dict[str, str]:
    return {p.id: "passed" if i in solved else "failed" for i, p in enumerate(problems)}


def test_one_sample_each_is_mcnemars_test(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/good", verdicts=solve(problems, set(range(30))))
    publish(results, problems, "a/poor", verdicts=solve(problems, set(range(20, 35))))
    found = compare.pair(store, BOARD, "good", "poor")
    counts = [len(x) for x in (found.both, found.only_a, found.only_b, found.neither)]
    assert counts == [10, 20, 5, 25]
    assert found.only_b == tuple(p.id for p in problems[30:35])
    assert found.p == pytest.approx(mcnemar([[10, 20], [5, 25]], exact=True).pvalue, abs=1e-12)
    assert (found.test, found.n, found.total) == ("McNemar's exact test", 60, 60)
    assert found.difference == pytest.approx(0.25)
    assert 0 < found.low < 0.25 < found.high
    assert "difference of 25.0 points [" in found.sentence
    assert "is more than noise" in found.sentence
    lead = board.leaderboard(store, BOARD).lead
    assert lead is not None
    assert (lead.low, lead.high) == pytest.approx((found.low, found.high))  # one difference has one interval


def test_the_other_way_round_is_the_same_but_for_the_sign(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/good", samples=4, skill=0.8)
    publish(results, problems, "a/poor", samples=3, skill=0.3)
    one, other = compare.pair(store, BOARD, "good", "poor"), compare.pair(store, BOARD, "poor", "good")
    assert (one.test, one.p, one.needed) == ("paired bootstrap", other.p, other.needed)
    assert (one.difference, one.only_a) == (-other.difference, other.only_b)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert other.sentence.split("; ")[1] == one.sentence.split("; ")[1]


def test_only_problems_that_both_answered_count(store: Store, results: Path, problems: list[Problem]) -> None:
    lost = {p.id: "harness" for p in problems[:20]}
    publish(results, problems, "a/one", verdicts=lost | solve(problems[20:], {0, 1, 2}))
    publish(results, problems[:50], "a/two", verdicts=solve(problems, set(range(60))))
    found = compare.pair(store, BOARD, "one", "two")
    assert (found.n, len(found.both), len(found.only_b), found.only_a, found.neither) == (30, 3, 27, (), ())
    assert "30 of 60 problems that both answered" in found.sentence
    with_faults = compare.pair(store, Filters(suite="made-up", faults=True), "one", "two")
    assert with_faults.n == 50


def test_too_few_shared_problems_are_not_compared(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems[:30], "a/one", samples=2)
    publish(results, problems[25:], "a/two", samples=2)
    publish(results, problems[40:], "a/three", samples=2)
    found = compare.pair(store, BOARD, "one", "two")
    assert (found.n, found.test, found.clear) == (5, "", False)
    assert np.isnan([found.p, found.low, found.high]).all()
    assert found.sentence.endswith("too few to compare.")
    assert compare.pair(store, BOARD, "one", "three").sentence.endswith("have no problem in common.")


def test_equal_models_need_no_number_of_problems(store: Store, results: Path, problems: list[Problem]) -> None:
    for model in ("a/one", "a/two"):
        publish(results, problems, model, verdicts=solve(problems, {1, 2, 3}))
    found = compare.pair(store, BOARD, "one", "two")
    assert (found.difference, found.p, found.needed) == (0, 1, None)
    assert "within noise" in found.sentence


def test_names_find_rows_or_say_what_there_is(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/model")
    publish(results, problems, "a/model", day=1, technique="few-shot")
    publish(results, problems, "a/model", day=2, technique="few-shot", parameters={"temperature": 1.0})
    publish(results, problems, "b/model", day=3)
    rows = selection.select(store, BOARD)
    assert rows.labels == (
        "a/model · few-shot · max_tokens 1024, temperature 0",
        "a/model · few-shot · temperature 1",
        "a/model · zero-shot",
        "b/model",
    )
    assert rows.row("b/") == 3
    assert rows.row(rows.entries[1]) == 1
    with pytest.raises(UserError, match="may mean 'a/model · few-shot"):
        rows.row("a/model")
    with pytest.raises(UserError, match="no row 'c' on this board; there is 'a/model"):
        rows.row("c")
    with pytest.raises(UserError, match="given twice"):
        compare.pair(store, BOARD, "b/model", "b/model")


def test_the_matrix_agrees_with_each_pair_and_corrects_for_all(
    store: Store, results: Path, problems: list[Problem]
) -> None:
    publish_usual(results, problems)
    found = compare.matrix(store, Filters(suite="made-up", complete=False))
    rows = len(found.names)
    assert rows == 6
    above = np.triu_indices(rows, 1)
    known = np.isfinite(found.p[above])
    expected = multipletests(found.p[above][known], method="holm")[1]
    assert found.holm[above][known] == pytest.approx(expected, abs=1e-12)
    for i, j in zip(*above, strict=True):
        pair = compare.pair(store, BOARD, found.entries[i], found.entries[j])
        assert found.n[i, j] == pair.n
        if pair.n >= 8:
            assert (found.difference[i, j], found.p[i, j]) == pytest.approx((pair.difference, pair.p), abs=1e-9)
            assert (found.low[i, j], found.high[j, i]) == pytest.approx((pair.low, -pair.low))
        else:
            assert np.isnan(found.p[i, j])
    assert len(found.frame()) == rows * (rows - 1) / 2


def test_the_matrix_of_a_board_leaves_incomplete_rows_out(store: Store, results: Path, problems: list[Problem]) -> None:
    assert compare.matrix(store, BOARD).names == ()
    publish_usual(results, problems)
    found = compare.matrix(store, BOARD)
    assert "deepseek/deepseek-v4" not in found.names
    assert found.names[0] == "anthropic/claude-sonnet-5"
    assert len(found.ranks) == len(found.names)


def test_a_drop_across_suites_has_an_interval(tmp_path: Path, results: Path, problems: list[Problem]) -> None:
    other = write_suite(tmp_path / "other", 30)
    store = Store(results, [tmp_path / "made-up", tmp_path / "other"])
    publish(results, problems, "a/one", verdicts=solve(problems, set(range(45))))
    publish(results, other, "a/one", day=1, verdicts=solve(other, set(range(6))))
    publish(results, other, "a/elsewhere-only", day=2)
    found = compare.across(store, "made-up", "other")
    (drop,) = found.drops
    assert (drop.name, drop.value) == ("a/one", pytest.approx(0.55))
    assert 0.3 < drop.low < 0.55 < drop.high < 0.75
    assert (drop.coverage_a, drop.coverage_b) == (1, 1)
    assert found.sentence.startswith("1 model solves 55.0 points lower on other than on made-up")
    assert list(found.frame()["n_b"]) == [30]
    assert compare.across(store, "made-up", "nowhere").drops == ()


def test_the_bootstrap_test_equals_the_paired_t_test_for_many_problems() -> None:
    from scipy import stats

    rng = np.random.default_rng(1)
    d = rng.normal(0.05, 0.4, (3, 400))
    _, _, p = compare.bootstrap_test(d, draws=4000)
    expected = [stats.ttest_1samp(x, 0).pvalue for x in d]
    assert p == pytest.approx(expected, abs=0.02)
    low, high, p = compare.bootstrap_test(np.full((1, 20), 0.1))  # no spread at all
    assert 0 < p[0] < 0.05
    assert low[0] == pytest.approx(high[0])
