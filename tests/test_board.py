"""The leaderboard: what counts, who is ranked, and what the page may say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deepbench_core import board, browse, failures
from deepbench_core.figures import boards
from deepbench_core.filters import Filters, vocabulary
from deepbench_core.problems import Problem
from deepbench_core.store import Store
from tests.synthetic import publish, publish_usual, write_suite


@pytest.fixture
def problems(tmp_path: Path) -> list[Problem]:
    return write_suite(tmp_path / "made-up", 40)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


@pytest.fixture
def store(tmp_path: Path, results: Path, problems: list[Problem]) -> Store:
    return Store(results, [tmp_path / "made-up"])


def row(found: board.Leaderboard, model: str) -> object:
    return next(r for r in found.frame.to_dict("records") if r["model"] == model)


def test_an_empty_store_has_an_empty_board(store: Store) -> None:
    found = board.leaderboard(store, Filters(suite="made-up"))
    assert len(found.frame) == 0
    assert (found.total, found.sentence, found.lead) == (40, "", None)
    assert failures.position(store, Filters(suite="made-up"), None).total == 0
    assert board.leaderboard(store, Filters(suite="nowhere")).total == 0


def test_pass_rate_is_the_mean_over_problems(store: Store, results: Path, problems: list[Problem]) -> None:
    verdicts = {p.id: "passed" if i < 10 else "failed" for i, p in enumerate(problems)}
    publish(results, problems, "a/b", verdicts=verdicts)
    first = row(board.leaderboard(store, Filters(suite="made-up")), "a/b")
    assert first["pass@1"] == pytest.approx(0.25)
    assert first["low"] < 0.25 < first["high"]
    assert (first["rank"], first["problems"], first["coverage"]) == ("1", 40, 1.0)


def test_faults_are_missing_coverage_unless_asked_for(store: Store, results: Path, problems: list[Problem]) -> None:
    verdicts = {p.id: ["passed", "harness", "provider", "failed"][i % 4] for i, p in enumerate(problems)}
    publish(results, problems, "a/b", verdicts=verdicts)
    first = row(board.leaderboard(store, Filters(suite="made-up")), "a/b")
    assert (first["pass@1"], first["harness"], first["provider"], first["rank"]) == (0.5, 10, 10, "")
    assert {"incomplete", "faults"} <= set(first["badges"])
    counted = row(board.leaderboard(store, Filters(suite="made-up", faults=True)), "a/b")
    assert (counted["pass@1"], counted["rank"]) == (0.25, "1")


def test_incomplete_rows_come_last_and_have_no_rank(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems[:10], "few/lucky", skill=9)
    publish(results, problems, "all/fair", skill=0.3)
    found = board.leaderboard(store, Filters(suite="made-up"))
    assert list(found.frame["model"]) == ["all/fair", "few/lucky"]
    assert list(found.frame["rank"]) == ["1", ""]
    everyone = board.leaderboard(store, Filters(suite="made-up", complete=False))
    assert list(everyone.frame["model"]) == ["few/lucky", "all/fair"]


def test_stale_samples_are_left_out_and_said_so(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/b", skill=9, stale=30)
    first = row(board.leaderboard(store, Filters(suite="made-up")), "a/b")
    assert (first["stale"], first["problems"], first["rank"]) == (30, 10, "")
    assert "stale" in first["badges"]


def test_a_changed_problem_that_was_asked_again_leaves_nothing_stale(
    store: Store, results: Path, problems: list[Problem]
) -> None:
    publish(results, problems, "a/b", skill=9, stale=30)
    changed = sorted(problems, key=lambda p: p.id)[:30]
    publish(results, changed, "a/b", verdicts={p.id: "failed" for p in changed}, day=1)
    found = row(board.leaderboard(store, Filters(suite="made-up")), "a/b")
    assert (found["stale"], found["problems"], found["pass@1"]) == (0, 40, 10 / 40)
    assert "stale" not in found["badges"]
    assert failures.position(store, Filters(suite="made-up"), None).total == 30


def test_pseudo_models_never_enter(store: Store, results: Path, problems: list[Problem]) -> None:
    publish_usual(results, problems)
    found = board.leaderboard(store, Filters(suite="made-up", complete=False))
    assert not {"reference", "stub"} & set(found.frame["model"])
    assert vocabulary(store).pseudo_models == ("reference", "stub")
    assert failures.listed(store, Filters(model=("stub",))).shape[0] > 0
    assert "stub" not in set(failures.listed(store, Filters(), limit=1000)["model"])


def test_runs_of_one_model_are_merged_sample_by_sample(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/b", verdicts={p.id: "failed" for p in problems}, day=1)
    again = problems[:10]
    verdicts = {p.id: "passed" if i < 5 else "provider" for i, p in enumerate(again)}
    publish(results, again, "a/b", verdicts=verdicts, day=2)
    found = row(board.leaderboard(store, Filters(suite="made-up")), "a/b")
    # Five answers were replaced; five that the provider lost leave the older ones standing.
    assert (found["samples"], found["pass@1"], found["provider"]) == (40, 5 / 40, 0)
    assert "merged" in found["badges"]
    assert failures.position(store, Filters(suite="made-up"), None).total == 35


def test_other_parameters_are_another_row_and_another_seed_is_not(
    store: Store, results: Path, problems: list[Problem]
) -> None:
    for day, parameters in enumerate([{"temperature": 0.0, "seed": 1}, {"temperature": 0.0, "seed": 2}, {}]):
        publish(results, problems, "a/b", day=day, parameters=parameters)
    assert len(board.leaderboard(store, Filters(suite="made-up")).frame) == 2


def test_pass_at_k_is_undefined_where_too_few_were_drawn(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/many", samples=5)
    publish(results, problems, "a/one", samples=1)
    found = board.leaderboard(store, Filters(suite="made-up"))
    assert found.ks == (5,)
    assert row(found, "a/many")["pass@5"] >= row(found, "a/many")["pass@1"]
    assert np.isnan(row(found, "a/one")["pass@5"])


def test_filters_narrow_problems_and_say_how_many(store: Store, results: Path, problems: list[Problem]) -> None:
    publish_usual(results, problems)
    training = [p for p in problems if p.meta.stage == "training"]
    found = board.leaderboard(store, Filters(suite="made-up", stage=("training",)))
    assert found.total == len(training)
    assert row(found, "anthropic/claude-sonnet-5")["problems"] == len(training)


def test_the_headline_tells_a_lead_from_a_tie(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/good", skill=9)
    assert "solves" in board.leaderboard(store, Filters(suite="made-up")).sentence
    publish(results, problems, "a/poor", skill=-9)
    assert board.leaderboard(store, Filters(suite="made-up")).sentence.startswith("a/good leads by ")
    publish(results, problems, "a/also-good", skill=9)
    assert "can't be told apart" in board.leaderboard(store, Filters(suite="made-up")).sentence


def test_the_board_follows_the_store(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/b")
    assert len(board.leaderboard(store, Filters(suite="made-up")).frame) == 1
    publish(results, problems, "c/d")
    assert len(board.leaderboard(store, Filters(suite="made-up")).frame) == 2


def test_failures_are_walked_in_order_without_gaps(store: Store, results: Path, problems: list[Problem]) -> None:
    publish_usual(results, problems)
    filters = Filters(suite="made-up", model=("openai/gpt-5.2",), stage=("training", "evaluation"))
    listed = failures.listed(store, filters, limit=1000)
    walked, key = [], failures.position(store, filters, None).next
    while key:
        here = failures.position(store, filters, key)
        walked.append((here.index, key))
        key = here.next
    assert [k for _, k in walked] == [
        browse.SampleKey(*k) for k in listed[["run_id", "problem_id", "sample"]].itertuples(index=False)
    ]
    assert [i for i, _ in walked] == list(range(1, here.total + 1))
    assert sum(failures.by_verdict(store, filters).values()) == here.total


@pytest.mark.parametrize(
    "chosen", [{}, {"stage": ("training",)}, {"model": ("a", "stub")}, {"category": ("undetermined",)}]
)
def test_counts_by_problem_lead_to_the_same_list_as_looking_at_every_sample(
    store: Store, results: Path, problems: list[Problem], chosen: dict[str, tuple[str, ...]]
) -> None:
    for day, model in enumerate(("a", "b", "stub", "a")):
        publish(results, problems[: 30 - 5 * day], model, skill=0.4, seed=day, day=day, samples=2)
    by_counts, by_samples = (Filters(suite="made-up", search=word, **chosen) for word in ("", "problem-"))
    every = failures.listed(store, by_samples, limit=10_000)
    keys = list(every[["run_id", "problem_id", "sample"]].itertuples(index=False, name=None))
    assert len(keys) > 5
    paged = [failures.listed(store, by_counts, limit=7, offset=start) for start in range(0, len(keys) + 7, 7)]
    assert [tuple(k) for page in paged for k in page[["run_id", "problem_id", "sample"]].to_numpy()] == keys
    for key in [None, *map(browse.SampleKey._make, keys[::5]), browse.SampleKey("nobody", "problem-003", 0)]:
        assert failures.position(store, by_counts, key) == failures.position(store, by_samples, key)
    assert failures.by_verdict(store, by_counts) == failures.by_verdict(store, by_samples)


def test_a_sample_outside_the_filters_still_opens(store: Store, results: Path, problems: list[Problem]) -> None:
    run = publish(results, problems, "a/b", verdicts={problems[3].id: "passed"})
    key = browse.SampleKey(run, problems[3].id, 0)
    assert failures.position(store, Filters(suite="made-up"), key).index == 0
    found = browse.sample(store, key)
    assert found is not None
    assert found.problem is not None
    assert found.manifest.run_id == run
    assert browse.sample(store, browse.SampleKey("nobody", "nothing", 0)) is None


def test_broken_texts_do_not_break_a_sample(store: Store, results: Path, problems: list[Problem]) -> None:
    assert browse._json("{not json", list) == []
    assert browse._json('{"a": 1}', list) == []


def test_problem_table_counts_who_solves_what(store: Store, results: Path, problems: list[Problem]) -> None:
    publish(results, problems, "a/good", verdicts={p.id: "passed" for p in problems})
    publish(results, problems, "a/poor", verdicts={p.id: "failed" for p in problems})
    table = browse.problem_table(store, Filters(suite="made-up", search="problem-007"))
    assert list(table["id"]) == ["problem-007"]
    assert (table["solved"][0], table["tried"][0], table["rate"][0]) == (1, 2, 0.5)
    assert list(browse.solvers(store, "made-up", "problem-007")["model"]) == ["a/good", "a/poor"]


def test_filters_travel_through_an_address() -> None:
    filters = Filters(suite="x", stage=("training",), verdict=("no-code", "failed"), search="a b", faults=True)
    assert Filters.from_query(filters.to_query()) == filters
    assert filters.to_query()["stage"] == ["Training"]
    assert Filters().to_query() == {}


def test_unknown_values_in_an_address_fall_back() -> None:
    query = {"stage": ["training", "nonsense"], "faults": "perhaps", "bogus": "x", "complete": "false"}
    assert Filters.from_query(query) == Filters(stage=("training",), complete=False)


def test_the_board_can_be_limited_to_open_weights(store: Store, results: Path, problems: list[Problem]) -> None:
    publish_usual(results, problems)
    store.refresh()
    shown = set(board.leaderboard(store, Filters(suite="made-up", openness=("open",))).frame["model"])
    assert {"local/smollm2-135m-instruct", "deepseek/deepseek-v4"} <= shown
    assert not {m for m in shown if m.startswith(("anthropic/", "openai/"))}
    failed = failures.listed(store, Filters(suite="made-up", openness=("closed",)), limit=1000)
    assert {m.partition("/")[0] for m in failed["model"]} == {"anthropic", "openai"}
    assert Filters.from_query({"openness": "open"}) == Filters(openness=("open",))
    assert Filters(openness=("closed",)).to_query() == {"openness": ["Closed"]}


def test_labels_at_one_place_are_moved_apart() -> None:
    places = [(0.1, 0.0), (0.2, 3.0), (0.3, 16.0), (0.9, 1.0), (0.15, 100.0)]
    found = [(across, up + shift) for (across, up), shift in zip(places, boards.shifts(places), strict=True)]
    assert [up for _, up in found] == [0.0, 14.0, 28.0, 1.0, 100.0]
