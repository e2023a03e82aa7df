"""Weights, dates, cost and SQL: the board looked at in other ways."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from deepbench_core import board, lens, weights
from deepbench_core.filters import Filters
from deepbench_core.problems import Problem
from deepbench_core.store import Store
from tests.synthetic import publish, publish_usual, write_suite

SUITE = Filters(suite="made-up")


@pytest.fixture
def problems(tmp_path: Path) -> list[Problem]:
    return write_suite(tmp_path / "made-up", 40)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


@pytest.fixture
def store(tmp_path: Path, results: Path, problems: list[Problem]) -> Store:
    return Store(results, [tmp_path / "made-up"])


def test_weights_of_an_address_come_back() -> None:
    given = weights.parse(["training:3", "image:0.5", "nonsense:2", "text:1", "tabular:-1", "other:x", "other:99"])
    assert given == {"stage:training": 3, "modality:image": 0.5}
    assert weights.parse(weights.written(given)) == given


def test_a_weighted_score_is_the_weighted_mean_with_the_spread_of_a_ratio() -> None:
    random = np.random.default_rng(1)
    scores = (random.random((1, 400)) < 0.4).astype(float)
    weight = random.uniform(0.5, 3, 400)
    found = weights.apply(scores, weight)[0]
    assert found.mean() == pytest.approx(np.average(scores[0], weights=weight))
    means = []
    for _ in range(4000):
        drawn = random.integers(0, 400, 400)
        means.append(np.average(scores[0][drawn], weights=weight[drawn]))
    assert found.std() / 20 == pytest.approx(np.std(means), rel=0.05)
    assert np.allclose(weights.apply(scores, np.ones(400)), scores)


def test_weights_rank_again(store: Store, results: Path, problems: list[Problem]) -> None:
    training = {p.id for p in problems if p.meta.stage == "training"}
    publish(
        results, problems, "a/trainer", verdicts={p.id: "passed" if p.id in training else "failed" for p in problems}
    )
    publish(results, problems, "b/other", verdicts={p.id: "failed" if p.id in training else "passed" for p in problems})
    assert board.leaderboard(store, SUITE).frame["model"][0] == "b/other"
    only = board.leaderboard(
        store,
        SUITE,
        weights={f"stage:{s}": 0.0 for s in ("preprocessing", "model-construction", "inference", "evaluation")},
    )
    assert (only.total, only.frame["model"][0], only.frame["pass@1"][0]) == (len(training), "a/trainer", 1.0)
    heavy = board.leaderboard(store, SUITE, weights={"stage:training": 5.0})
    expected = 5 * len(training) / (5 * len(training) + 40 - len(training))
    row = heavy.frame[heavy.frame["model"] == "a/trainer"].iloc[0]
    assert row["pass@1"] == pytest.approx(expected)
    assert 0 <= row["low"] < expected < row["high"] <= 1


def test_all_of_k_pass_less_often_than_any(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/b", samples=5)
    row = board.leaderboard(store, SUITE).frame.iloc[0]
    assert row["pass^5"] <= row["pass@1"] <= row["pass@5"]


def test_a_date_splits_the_problems(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/b")
    (split,) = lens.contamination(store, SUITE, date(2026, 11, 2))
    assert (split.before.n, split.since.n) == (40, 0)
    assert not np.isfinite(split.drop.low)
    assert lens.contamination_sentence([split], date(2026, 11, 2)).startswith("Nothing can be said")
    assert board.leaderboard(store, SUITE, since=date(2026, 11, 1)).total == 40
    assert board.leaderboard(store, SUITE, since=date(2026, 11, 2)).total == 0


def test_a_clear_drop_is_named(tmp_path: Path, results: Path) -> None:
    problems = write_suite(tmp_path / "made-up", 40)
    for i, problem in enumerate(problems):
        if i % 2:
            file = tmp_path / "made-up" / problem.id / "problem.toml"
            file.write_text(file.read_text().replace("2026-11-01", "2026-12-01"))
    store = Store(results, [tmp_path / "made-up"])
    ids = {p.id: i % 2 for i, p in enumerate(problems)}
    publish(results, store.problems(), "a/b", verdicts={p: "failed" if new else "passed" for p, new in ids.items()})
    publish(results, store.problems(), "c/d", verdicts=dict.fromkeys(ids, "passed"))
    splits = lens.contamination(store, SUITE, date(2026, 11, 15))
    assert [(s.entry.model, s.before.value, s.since.value) for s in splits] == [("c/d", 1, 1), ("a/b", 1, 0)]
    assert lens.contamination_sentence(splits, date(2026, 11, 15)).startswith("a/b does clearly worse on the 20")


def test_nothing_on_the_front_is_both_dearer_and_worse() -> None:
    assert lens.pareto([1, 2, 3, np.nan, 2], [0.2, 0.5, 0.4, 0.9, 0.5]) == [True, True, False, False, True]
    assert lens.pareto([], []) == []


@pytest.mark.parametrize(
    ("filters", "weight"),
    [
        (SUITE, {}),
        (Filters(suite="made-up", stage=("training",), faults=True), {}),
        (SUITE, {"stage:training": 3.0, "modality:image": 0.0}),
    ],
)
def test_the_statement_gives_the_board_again(
    store: Store,
    results: Path,
    problems: list[Problem],
    filters: Filters,
    weight: dict[str, float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish_usual(results, problems)
    publish(results, problems[:9], "openai/gpt-5.2", skill=-1, day=8, samples=2)
    found = board.leaderboard(store, filters, weights=weight).frame.set_index("model")
    monkeypatch.chdir(results)
    rows = duckdb.sql(lens.sql(store, filters, weights=weight)).fetchall()
    assert len(rows) == len(found)
    for model, technique, rate, covered, samples in rows:
        assert found.loc[model, "technique"] == technique
        assert found.loc[model, "pass@1"] == pytest.approx(rate)
        assert (found.loc[model, "problems"], found.loc[model, "samples"]) == (covered, samples)
