"""Gaps: what they are, that noise alone makes none, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deepbench_core import gaps
from deepbench_core.filters import Filters
from deepbench_core.problems import Problem
from deepbench_core.store import Store
from tests.synthetic import publish, publish_usual, write_suite

SIZES = (30, 25, 20, 15, 10)
LABELS = np.repeat(np.array(list("abcde")), SIZES)


@pytest.fixture
def problems(tmp_path: Path) -> list[Problem]:
    return write_suite(tmp_path / "made-up", 140)


@pytest.fixture
def store(tmp_path: Path, problems: list[Problem]) -> Store:
    return Store(tmp_path / "results", [tmp_path / "made-up"])


def on(*stages: str, problems: list[Problem]) -> dict[str, str]:
    """Verdicts of a model that solves these stages and nothing else."""
    return {p.id: "passed" if p.meta.stage in stages else "failed" for p in problems}


def test_an_empty_store_has_no_gaps(store: Store) -> None:
    found = gaps.gap(store, Filters(suite="made-up"), "stage")
    assert (found.models, found.total, found.overall.defined) == ((), 140, False)
    assert gaps.gap(store, Filters(suite="nowhere"), "task").total == 0
    assert len(found.frame()) == 0
    assert len(gaps.drill(store, Filters(suite="nowhere"))) == 0


def test_a_gap_is_best_minus_worst_with_its_groups(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    publish(tmp_path / "results", problems, "a/b", verdicts=on("training", "inference", problems=problems))
    (found,) = gaps.gap(store, Filters(suite="made-up"), "stage").models
    assert {g.value: g.estimate.value for g in found.groups} == {
        "preprocessing": 0,
        "model-construction": 0,
        "training": 1,
        "inference": 1,
        "evaluation": 0,
    }
    assert (found.value, found.best, found.n, found.total) == (1, "training", 140, 140)
    assert found.low > 0.5
    assert 0.8 < found.corrected < 1
    assert found.p < 0.001
    assert sum(g.total for g in found.groups) == 140
    assert found.groups[0].label == "Pre- and post-processing"
    assert found.sentence == (
        "a/b solves 100% of training problems and 0% of evaluation problems; the 100-point gap is more than noise, "
        f"p < 0.001; corrected for picking the extremes it is {100 * found.corrected:.0f} points."
    )


def test_noise_is_called_noise(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    verdicts = {p.id: "passed" if i % 3 else "failed" for i, p in enumerate(problems)}
    publish(tmp_path / "results", problems, "a/b", verdicts=verdicts)
    (found,) = gaps.gap(store, Filters(suite="made-up"), "stage").models
    assert found.value > 0
    assert found.corrected < found.value
    assert "is within noise, p = " in found.sentence


def test_thin_groups_are_marked_and_never_picked(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    few = [p for p in problems if p.meta.stage == "training"][:7]
    rest = [p for p in problems if p.meta.stage in ("inference", "evaluation")]
    publish(tmp_path / "results", few + rest, "a/b", verdicts=on("training", problems=problems))
    (found,) = gaps.gap(store, Filters(suite="made-up"), "stage").models
    thin = {g.value: g.thin for g in found.groups}
    assert thin == {
        "preprocessing": True,
        "model-construction": True,
        "training": True,
        "inference": False,
        "evaluation": False,
    }
    assert (found.value, found.p, found.complete) == (0, 1, False)
    assert np.isnan(found.groups[0].estimate.value)


def test_without_two_groups_there_is_no_gap(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    publish(tmp_path / "results", problems, "a/b")
    (found,) = gaps.gap(store, Filters(suite="made-up", stage=("training",)), "stage").models
    assert not found.defined
    assert np.isnan([found.low, found.high, found.corrected, found.p]).all()
    assert found.sentence == "a/b: fewer than two stages have 8 answered problems, so there is no gap to tell."


def test_over_all_models_only_complete_rows_count(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    results = tmp_path / "results"
    publish(results, problems, "a/b", verdicts=on("training", problems=problems))
    publish(results, problems, "c/d", verdicts=on("training", "inference", problems=problems))
    few = [p for p in problems if p.meta.stage == "evaluation"]
    publish(results, few, "e/f", verdicts=on("evaluation", problems=problems))
    overall = gaps.gap(store, Filters(suite="made-up"), "stage").overall
    rates = {g.value: g.estimate.value for g in overall.groups}
    assert (rates["training"], rates["inference"], rates["evaluation"]) == (1, 0.5, 0)
    assert overall.name == "All 2 models"
    assert "models solve 100%" in overall.sentence
    everyone = gaps.gap(store, Filters(suite="made-up", complete=False), "stage").overall
    assert next(g.estimate.value for g in everyone.groups if g.value == "evaluation") == pytest.approx(1 / 3)


def test_the_same_figures_twice_and_in_both_tables(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    publish_usual(tmp_path / "results", problems)
    first, second = (gaps.gap(store, Filters(suite="made-up"), "task") for _ in range(2))
    assert first.summary().equals(second.summary())
    assert list(first.summary()["model"])[:-1] == [m.name for m in first.models]
    assert len(first.frame()) == sum(len(m.groups) for m in first.models)


def test_faults_count_only_when_asked(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    verdicts = {p.id: ("passed", "harness")[i % 2] for i, p in enumerate(problems)}
    publish(tmp_path / "results", problems, "a/b", verdicts=verdicts)
    (left_out,) = gaps.gap(store, Filters(suite="made-up"), "stage").models
    (counted,) = gaps.gap(store, Filters(suite="made-up", faults=True), "stage").models
    assert (left_out.n, counted.n) == (70, 140)
    assert left_out.value == 0


def test_drill_down_covers_every_problem_once(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    publish(tmp_path / "results", problems, "a/b")
    table = gaps.drill(store, Filters(suite="made-up"))
    assert table[table["model"] == "a/b"]["of"].sum() == 140
    assert set(table["model"]) == {"a/b", "All models"}


def test_the_range_test_equals_enumeration_of_all_deals() -> None:
    from itertools import permutations

    scores = np.array([1.0, 1.0, 0.5, 0.0, 0.5, 0.0])
    labels = np.array(list("aabbcc"))

    def spread(x: np.ndarray) -> float:
        return float(np.ptp([x[labels == v].mean() for v in "abc"]))

    exact = np.mean([spread(scores[list(p)]) >= spread(scores) - 1e-12 for p in permutations(range(6))])
    assert gaps.range_test(scores, labels, draws=20_000) == pytest.approx(exact, abs=0.01)
    whole = np.round(scores)  # only zeros and ones: counts are dealt instead of problems
    exact = np.mean([spread(whole[list(p)]) >= spread(whole) - 1e-12 for p in permutations(range(6))])
    assert gaps.range_test(whole, labels, draws=20_000) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize("samples", [1, 4])
def test_the_range_test_rejects_about_5_in_100_where_there_is_no_gap(samples: int) -> None:
    rng = np.random.default_rng(samples)
    boards = [rng.binomial(samples, rng.beta(0.5, 1.0, LABELS.size)) / samples for _ in range(800)]
    rejected = np.mean([gaps.range_test(scores, LABELS, draws=400, seed=i) < 0.05 for i, scores in enumerate(boards)])
    assert 0.03 <= rejected <= 0.07


def test_the_corrected_gap_is_nearer_the_truth_than_the_naive_one() -> None:
    rng = np.random.default_rng(3)
    naive, corrected = [], []
    for _ in range(200):
        scores = rng.binomial(1, 0.4, LABELS.size).astype(float)
        found = gaps.gaps_of(scores[None], LABELS, tuple("abcde"))[0]
        naive.append(found.value)
        corrected.append(found.corrected)
    assert np.mean(naive) > 0.2  # points of a gap that isn't there
    assert np.mean(corrected) < np.mean(naive) / 2


def test_the_interval_covers_the_groups_that_were_picked() -> None:
    rng = np.random.default_rng(4)
    truth = dict(zip("abcde", (0.35, 0.4, 0.45, 0.5, 0.55), strict=True))
    chance = np.array([truth[v] for v in LABELS])
    hits = 0
    for _ in range(300):
        found = gaps.gaps_of(rng.binomial(1, chance).astype(float)[None], LABELS, tuple("abcde"))[0]
        hits += found.low <= truth[found.best] - truth[found.worst] <= found.high
    assert hits / 300 >= 0.92


def test_shrinking_leaves_exact_means_alone_and_draws_noisy_ones_together() -> None:
    means = np.array([0.2, 0.5, 0.9])
    assert gaps.shrink(means, np.full(3, 1e-9)) == pytest.approx(means, abs=1e-6)
    assert np.ptp(gaps.shrink(means, np.full(3, 1.0))) == pytest.approx(0, abs=1e-12)
    # Paule & Mandel's condition: the spread that was found explains the scatter exactly.
    variances = np.array([0.01, 0.02, 0.03])
    shrunk = gaps.shrink(means, variances)
    assert means[0] < shrunk[0] < shrunk[1] < shrunk[2] < means[2]
