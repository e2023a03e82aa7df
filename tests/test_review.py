"""Reviewing: two raters per item, blind to each other, an expert for differences, and how far they agree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deepbench_core import api, causes, review
from deepbench_core.annotations import Annotation, Item
from deepbench_core.errors import UserError
from deepbench_core.filters import Filters
from deepbench_core.problems import Problem
from deepbench_core.publication import write_diagnoses
from deepbench_core.review import Rater
from deepbench_core.store import Store
from tests.synthetic import publish, write_suite

ADA, BOB, CAT, EVE = Rater("Ada"), Rater("Bob"), Rater("Cat"), Rater("Eve", expert=True)
YES = {"in_deep_learning": True, "labels_right": True, "prompt_complete": True, "tests_fair": True}


@pytest.fixture
def problems(tmp_path: Path) -> list[Problem]:
    return write_suite(tmp_path / "made-up", 12)


@pytest.fixture
def results(tmp_path: Path, problems: list[Problem]) -> Path:
    verdicts = {p.id: "failed" if i < 8 else "passed" for i, p in enumerate(problems)}
    publish(tmp_path / "results", problems, "a", verdicts=verdicts)
    publish(tmp_path / "results", problems, "b", verdicts={p.id: "error" for p in problems[:2]}, skill=9)
    return tmp_path / "results"


@pytest.fixture
def store(tmp_path: Path, results: Path) -> Store:
    return Store(results, [tmp_path / "made-up"])


def todo(store: Store, rater: Rater, kind: Any = "sample") -> list[Item]:
    return [e.item for e in review.entries(store, rater, kind, Filters()) if e.task(rater) in ("rate", "settle")]


def rate(store: Store, results: Path, item: Item, rater: Rater, category: str = "wrong-logic", **more: Any) -> None:
    place = {"suite": item.suite, "problem_id": item.problem, "run_id": item.run, "sample": item.sample}
    who = {"rater": rater.name, "rater_kind": rater.kind, "kind": item.kind, "content": item.content}
    answers = {"category": category} if item.kind == "sample" else YES
    review.submit(store, results, Annotation(**(place | who | answers | more)))


def test_failures_wait_for_two_raters_and_then_for_nobody(store: Store, results: Path) -> None:
    everything = todo(store, ADA)
    assert len(everything) == 10
    assert everything == todo(store, BOB)  # the same order for all, so that raters meet
    assert [i.problem for i in everything] != sorted(i.problem for i in everything)
    first = everything[0]
    rate(store, results, first, ADA)
    assert todo(store, ADA) == everything[1:]
    assert todo(store, BOB) == everything
    rate(store, results, first, BOB)
    assert todo(store, BOB) == todo(store, CAT) == todo(store, EVE) == everything[1:]
    state = review.progress(review.entries(store, ADA, "sample", Filters()), ADA)
    assert (state.total, state.mine, state.todo, state.finished, state.differ) == (10, 1, 9, 1, 0)


def test_models_ratings_do_not_stand_in_for_people(store: Store, results: Path) -> None:
    item = todo(store, ADA)[0]
    for name in ("m1", "m2"):
        rate(store, results, item, Rater(name, kind="model"))
    assert todo(store, ADA)[0] == item
    assert item not in todo(store, Rater("m3", kind="model"))


def test_a_rater_is_blind_until_both_have_answered(store: Store, results: Path) -> None:
    item = todo(store, ADA)[0]
    rate(store, results, item, ADA, "silly-mistake", text="secret")
    for rater in (BOB, CAT, EVE):
        assert review.others(store, item, rater) == []
    assert review.public(store, item) == []
    assert "secret" not in json.dumps(api.answer(store, "review", {}))
    assert "silly" not in json.dumps(api.answer(store, "agreement", {}))
    query = {"run": [item.run], "problem": [item.problem], "sample": [str(item.sample)]}
    assert api.answer(store, "sample", query)["annotations"] == []
    rate(store, results, item, BOB, "wrong-logic")
    assert [a.text for a in review.others(store, item, BOB)] == ["secret"]
    assert review.others(store, item, CAT) == []  # who might still be asked
    assert [a.rater for a in review.public(store, item)] == ["Ada", "Bob"]
    assert len(api.answer(store, "sample", query)["annotations"]) == 2


def test_an_expert_settles_differences_of_others(store: Store, results: Path) -> None:
    item, other = todo(store, ADA)[:2]
    rate(store, results, item, ADA, "silly-mistake")
    with pytest.raises(UserError, match="before two"):
        rate(store, results, item, EVE, role="expert")
    rate(store, results, item, BOB, "wrong-logic")
    entries = review.entries(store, EVE, "sample", Filters())
    found = review.next_to_do(entries, EVE)
    assert found is not None
    assert (found.item, found.task(EVE)) == (item, "settle")
    assert item not in todo(store, CAT)
    assert [a.rater for a in review.others(store, item, EVE)] == ["Ada", "Bob"]
    with pytest.raises(UserError, match="can't settle it too"):
        rate(store, results, item, replace(ADA, expert=True), role="expert")
    rate(store, results, item, EVE, "corner-case", role="expert")
    assert item not in todo(store, EVE)
    state = review.progress(review.entries(store, EVE, "sample", Filters()), EVE)
    assert (state.finished, state.differ) == (1, 0)
    assert review.next_to_do(review.entries(store, ADA, "sample", Filters()), ADA, after=item).item == other  # type: ignore[union-attr]


def test_undo_gives_the_item_back(store: Store, results: Path) -> None:
    first, second = todo(store, ADA)[:2]
    assert review.undo(store, results, ADA) is None
    rate(store, results, first, ADA)
    rate(store, results, second, ADA)
    assert review.undo(store, results, ADA) == second
    assert todo(store, ADA)[0] == second
    assert review.mine(store, second, ADA) is None
    assert review.mine(store, first, ADA) is not None
    assert review.undo(store, results, ADA) == first
    assert review.undo(store, results, ADA) is None


def test_a_signed_problem_is_validated_for_the_board_too(store: Store, results: Path) -> None:
    item = todo(store, EVE, "problem")[0]
    rate(store, results, item, EVE, role="expert", signed=True)
    assert item not in todo(store, ADA, "problem")
    board = api.answer(store, "leaderboard", {"suite": ["made-up"], "review": ["Validated"]})
    assert board["problems"] == 1
    assert [p["id"] for p in api.answer(store, "problems", {"review": ["Validated"]})["rows"]] == [item.problem]


def test_agreement_of_two_raters_and_of_the_machine(store: Store, results: Path) -> None:
    items = todo(store, ADA)[:8]
    ada = ["wrong-logic"] * 4 + ["wrong-constant"] * 4
    bob = ["wrong-logic"] * 3 + ["wrong-constant"] * 5
    for item, one, other in zip(items, ada, bob, strict=True):
        rate(store, results, item, ADA, one)
        rate(store, results, item, BOB, other)
    rate(store, results, todo(store, ADA)[0], ADA)  # alone: tells nobody anything
    found = review.agree(store, "sample", "person")
    assert (found.alpha.n, found.table.raters) == (8, ("Ada", "Bob"))
    assert found.observed.value == pytest.approx(7 / 8)
    assert found.pairs[0][2].value == pytest.approx(0.75)
    assert "substantial" in found.sentence
    assert review.agree(store, "sample", "model").alpha.n == 0

    runs: dict[str, list[Any]] = {}
    for item in items:
        row = {"run_id": item.run, "problem_id": item.problem, "sample": item.sample, "category": "wrong-constant"}
        row |= {"problem_hash": next(p.hash for p in store.problems() if p.id == item.problem), "source": "rules"}
        runs.setdefault(item.run, []).append(row | {"facet": "general", "evidence": "[]", "confidence": 0.5})
    for run, rows in runs.items():
        write_diagnoses(store.publication(run).folder, sorted(rows, key=lambda r: r["problem_id"]))
    machine = review.machine(store, "person")
    assert (machine.right.n, machine.undetermined) == (7, 0)  # on one the two differ, and nobody settled it
    assert machine.right.value == pytest.approx(4 / 7)
    assert {m for _, m in machine.labels} == {"wrong-constant"}


def test_answers_that_were_not_blind_are_left_out_of_agreement(store: Store, results: Path) -> None:
    item = todo(store, ADA)[0]
    rate(store, results, item, ADA)
    rate(store, results, item, BOB, blind=False)
    assert review.agree(store, "sample", "person").alpha.n == 0
    assert review.agree(store, "sample", "person", only_blind=False).alpha.n == 1


def test_causes_by_group_and_between_two_models(store: Store, results: Path) -> None:
    for item in todo(store, ADA):
        for rater in (ADA, BOB):
            rate(store, results, item, rater, "wrong-import" if item.run.startswith("run-b") else "wrong-logic")
    found = causes.tally(store, Filters())
    assert [(r["model"], r["category"], r["failures"], r["of"]) for r in found.mix("model").rows()] == [
        ("a", "wrong-logic", 8, 8),
        ("b", "wrong-import", 2, 2),
    ]
    assert found.categories() == {"wrong-logic": 8, "wrong-import": 2}
    assert found.facets() == {}
    assert found.mix("stage").totals.sum() == found.total == 10
    contrast = causes.contrast(store, Filters(), "a", "b")
    assert [(c.category, round(c.difference.value, 3), c.difference.n) for c in contrast] == [
        ("wrong-logic", 0.667, 12),
        ("wrong-import", -0.167, 12),
    ]
    board = {r["model"]: r["pass@1"] for r in api.answer(store, "leaderboard", {"suite": ["made-up"]})["rows"]}
    assert sum(c.difference.value for c in contrast) == pytest.approx(board["b"] - board["a"])
    with pytest.raises(UserError):
        found.mix("run_id; drop table runs")


def test_failures_can_be_narrowed_to_a_category(store: Store, results: Path) -> None:
    item = todo(store, ADA)[0]
    for rater in (ADA, BOB):
        rate(store, results, item, rater, "wrong-import", facet="api-version")
    rows = api.answer(store, "failures", {"category": ["Wrong import"]})
    assert [(r["problem_id"], r["category"], r["cause_source"]) for r in rows["rows"]] == [
        (item.problem, "wrong-import", "human")
    ]
    assert api.answer(store, "failures", {"category": ["Not determined"]})["total"] == 9
    assert api.answer(store, "failures", {"facet": ["API version"]})["total"] == 1
