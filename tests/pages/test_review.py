"""Review and Agreement without a browser: who rates, what is kept, and what stays hidden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from deepbench_core import review
from deepbench_core.annotations import Annotation, Item
from deepbench_core.categories import Category
from deepbench_core.filters import Filters
from deepbench_core.problems import Problem
from deepbench_core.publication import write_diagnoses
from deepbench_core.review import Rater
from deepbench_core.store import Store
from tests.apptest import checked, opened
from tests.synthetic import publish

CODE_LINE = 2


@pytest.fixture
def store(tmp_path: Path, problems: list[Problem]) -> Store:
    verdicts = {p.id: "failed" if i < 6 else "passed" for i, p in enumerate(problems)}
    publish(tmp_path / "results", problems, "a", verdicts=verdicts)
    publish(tmp_path / "results", problems, "b", verdicts={p.id: "passed" for p in problems})
    return Store(tmp_path / "results", [tmp_path / "shipped" / "deepbench"])


@pytest.fixture
def home(own_home: Path) -> Path:
    own_home.mkdir(exist_ok=True)
    return own_home


def is_rater(home: Path, name: str, *, expert: bool = False) -> None:
    (home / "rater.json").write_text(json.dumps({"name": name, "expert": expert}))


def rate(store: Store, tmp_path: Path, item: Item, rater: str, category: str, **more: Any) -> None:
    place = {"suite": item.suite, "problem_id": item.problem, "run_id": item.run, "sample": item.sample}
    given = place | {"kind": "sample", "content": item.content, "rater": rater, "rater_kind": "person"}
    review.submit(store, tmp_path / "results", Annotation(**(given | {"category": category} | more)))


def diagnose(store: Store, category: str | None = "wrong-constant") -> None:
    by_run: dict[str, list[dict[str, Any]]] = {}
    for row in store.rows("select * from samples where verdict <> 'passed' order by problem_id"):
        kept = {k: row[k] for k in ("run_id", "problem_id", "sample", "problem_hash", "code_hash")}
        kept |= {"category": category, "categories": [category] if category else [], "facet": "numerics"}
        evidence = [{"kind": "difference", "text": "one <b>constant</b> differs", "line": CODE_LINE}]
        kept |= {"source": "counterfactual", "confidence": 0.9, "evidence": json.dumps(evidence)}
        by_run.setdefault(row["run_id"], []).append(kept)
    for run, rows in by_run.items():
        write_diagnoses(store.publication(run).folder, rows)


def text(app: AppTest) -> str:
    kinds = (app.title, app.caption, app.markdown, app.text, app.info, app.subheader, app.code)
    return "\n".join(str(e.value) for kind in kinds for e in kind).replace("\\", "")


def first(store: Store, name: str = "Ada") -> Item:
    return review.entries(store, Rater(name), "sample", Filters())[0].item


def address(item: Item) -> dict[str, str]:
    return {"run": item.run, "problem": item.problem, "sample": str(item.sample)}


def test_a_name_is_chosen_once(store: Store, home: Path) -> None:
    app = opened("review")
    assert "Who rates?" in text(app)
    app.text_input(key="rater-name").input("Ada")
    app.button[-1].click()
    checked(app.run())
    assert "6 failures to rate" in text(app)
    assert json.loads((home / "rater.json").read_text()) == {"name": "Ada", "expert": False}
    assert "6 failures to rate" in text(opened("review"))


def test_an_answer_is_kept_and_the_next_item_comes(store: Store, home: Path) -> None:
    is_rater(home, "Ada")
    app = opened("review")
    assert app.button(key="save").disabled
    app.button(key="category-corner-case").click()
    checked(app.run())
    assert not app.button(key="save").disabled
    next(p for p in app.pills if p.key and p.key.startswith("facet")).set_value("Numerics")
    app.button(key="save").click()
    checked(app.run())
    row = store.rows("select * from answers")[0]
    assert (row["rater"], row["rater_kind"], row["role"], row["blind"]) == ("Ada", "person", "rater", True)
    assert (row["category"], row["facet"]) == ("corner-case", "numerics")
    assert "5 failures to rate" in text(app)
    assert app.query_params["problem"] != row["problem_id"]
    assert app.button(key="save").disabled  # the draft belonged to the item before

    app.button(key="undo").click()
    checked(app.run())
    assert "6 failures to rate" in text(app)
    assert app.query_params["problem"] == row["problem_id"]
    assert store.rows("select * from answers") == []


def test_a_tick_alone_is_an_answer(store: Store, home: Path) -> None:
    is_rater(home, "Ada")
    app = opened("review")
    next(p for p in app.pills if p.key and p.key.startswith("ticks")).select("The test is wrong")
    checked(app.run())
    app.button(key="save").click()
    checked(app.run())
    row = store.rows("select category, wrong_test, harness_error from answers")[0]
    assert row == {"category": "harness", "wrong_test": True, "harness_error": False}


def test_nothing_of_another_is_seen_before_both_have_answered(store: Store, home: Path, tmp_path: Path) -> None:
    diagnose(store)
    item = first(store)
    rate(store, tmp_path, item, "Ada", "silly-mistake", text="my secret")
    is_rater(home, "Bob")
    app = opened("review", **address(item))
    for hidden in ("my secret", "What was said", "one <b>constant</b> differs"):
        assert hidden not in text(app)
    assert "my secret" not in text(opened("failures", **address(item)))
    app.button(key="category-wrong-logic").click()
    checked(app.run())
    app.button(key="save").click()
    checked(app.run())
    app = opened("review", **address(item))
    assert "Ada: Silly mistake — my secret" in text(app)
    assert "one <b>constant</b> differs" in text(app)
    assert "my secret" in text(opened("failures", **address(item)))


def test_an_expert_sees_what_differs_and_settles_it(store: Store, home: Path, tmp_path: Path) -> None:
    item = first(store)
    rate(store, tmp_path, item, "Ada", "silly-mistake")
    rate(store, tmp_path, item, "Bob", "wrong-logic")
    is_rater(home, "Cat")
    assert "nothing is asked of you" in text(opened("review", **address(item)))
    is_rater(home, "Eve", expert=True)
    app = opened("review")
    assert "Two raters differ" in text(app)
    assert "Ada: Silly mistake" in text(app)
    app.button(key="category-wrong-logic").click()
    checked(app.run())
    app.button(key="save").click()
    checked(app.run())
    row = store.rows("select category, settled from ratings")[0]
    assert row == {"category": "wrong-logic", "settled": True}
    assert store.rows("select role, blind from answers where rater = 'Eve'") == [{"role": "expert", "blind": False}]


def test_agreeing_with_the_machine_is_kept_as_not_blind(store: Store, home: Path) -> None:
    diagnose(store)
    is_rater(home, "Ada")
    app = opened("review", **address(first(store)), seen="agree")
    assert "kept as not blind" in text(app)
    assert not app.button(key="save").disabled
    app.button(key="save").click()
    checked(app.run())
    row = store.rows("select category, facet, blind from answers")[0]
    assert row == {"category": "wrong-constant", "facet": "numerics", "blind": False}


def test_a_problem_is_signed_and_the_board_can_be_limited_to_it(store: Store, home: Path) -> None:
    is_rater(home, "Eve", expert=True)
    app = opened("review", queue="Problems")
    assert "24 problems to rate" in text(app)
    assert app.button(key="sign").disabled
    app.button(key="all-yes").click()
    checked(app.run())
    app.button(key="sign").click()
    checked(app.run())
    assert "23 problems to rate" in text(app)
    signed = store.rows("select problem_id from answers where signed")[0]["problem_id"]
    page = opened("problems", problem=signed)
    assert "Validated" in text(page)
    assert "1 problems (Validated)" in text(opened(review="Validated"))


def test_an_objection_can_not_be_signed(store: Store, home: Path) -> None:
    is_rater(home, "Eve", expert=True)
    app = opened("review", queue="Problems")
    app.button(key="all-yes").click()
    checked(app.run())
    control = next(c for c in app.button_group if c.key and c.key.startswith("tests_fair"))
    control.set_value("No")
    checked(app.run())
    assert app.button(key="sign").disabled
    assert not app.button(key="save").disabled


def test_failures_show_the_diagnosis_and_narrow_to_it(store: Store) -> None:
    diagnose(store)
    item = first(store)
    app = opened("failures", **address(item))
    assert "Wrong constant" in text(app)
    assert "experiment, 90% sure" in text(app)
    assert f"line {CODE_LINE}: one <b>constant</b> differs" in text(app)
    assert f"line {CODE_LINE} marked" in text(app)
    assert app.button(key="agree").label == "Agree"
    assert "1 of 6" in text(opened("failures", category="Wrong constant"))
    assert "**None**" in text(opened("failures", category="Wrong import"))
    assert "1 of 6" in text(opened("failures", facet="Numerics"))


def test_the_overview_says_what_goes_wrong(store: Store) -> None:
    assert "none of them explained yet" in text(opened("failures", view="Overview"))
    diagnose(store)
    app = opened("failures", view="Overview")
    assert "Wrong constant is the most frequent cause: 6 of 6 failures" in text(app)
    assert "How two models differ" in text(app)
    assert "points more of its answers" in text(app)


def test_agreement_says_how_far_two_raters_agree(store: Store, tmp_path: Path) -> None:
    assert "Nothing to compare yet" in text(opened("agreement"))
    diagnose(store)
    for number, entry in enumerate(review.entries(store, Rater("Ada"), "sample", Filters())):
        rate(store, tmp_path, entry.item, "Ada", "wrong-constant" if number % 2 else "wrong-logic")
        rate(store, tmp_path, entry.item, "Bob", "wrong-constant" if number % 2 or not number else "wrong-logic")
    app = opened("agreement")
    assert "2 raters gave the same answer in 83% of pairs on 6 items" in text(app)
    assert next(m.value for m in app.metric if m.label == "Cohen's kappa") == "0.67"
    assert "Where they differ: 1" in text(app)
    assert "The machine against people" in text(app)
    app = opened("agreement", by="Models")
    assert "No item has been rated by two yet" in text(app)
    assert app.button(key="see-person").label == "People rated 6 twice: see how they agree"
    assert "gave the same answer" in text(checked(app.button(key="see-person").click().run()))


def test_every_category_has_a_key_of_its_own() -> None:
    from pages.parts.rate_failure import KEYS

    assert len(set(KEYS.values())) == len(KEYS) == 15
    assert not set(KEYS.values()) & {"j", "k", "u", "c", "r"}  # walking, undo, and what Streamlit keeps
    assert KEYS[Category.DEVIATES] == "1"
