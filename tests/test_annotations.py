"""What raters said: kept for good, undone by a later row, and counted by kind."""

from __future__ import annotations

import csv
import io
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepbench_core import annotations
from deepbench_core.annotations import Annotation, retraction
from deepbench_core.categories import Category, Facet
from deepbench_core.errors import StoreError
from deepbench_core.problems import Problem
from deepbench_core.records import ANNOTATIONS
from deepbench_core.store import Store
from tests.synthetic import publish, write_suite

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
YES = {"in_deep_learning": True, "labels_right": True, "prompt_complete": True, "tests_fair": True}


def rated(rater: str, category: str | None = "wrong-logic", *, minute: int = 0, **more: Any) -> Annotation:
    given: dict[str, Any] = {"rater": rater, "rater_kind": "person", "time": NOON + timedelta(minutes=minute)}
    given |= {"kind": "sample", "suite": "made-up", "problem_id": "problem-000", "run_id": "run-a-0-0", "sample": 0}
    return Annotation(**(given | {"category": category} | more))


def reviewed(rater: str, problem: Problem, *, minute: int = 0, **more: Any) -> Annotation:
    given: dict[str, Any] = {"rater": rater, "rater_kind": "person", "time": NOON + timedelta(minutes=minute)}
    given |= {"kind": "problem", "suite": problem.suite, "problem_id": problem.id, "content": problem.content}
    return Annotation(**(given | YES | more))


@pytest.fixture
def problems(tmp_path: Path) -> list[Problem]:
    return write_suite(tmp_path / "made-up", 3)


@pytest.fixture
def results(tmp_path: Path, problems: list[Problem]) -> Path:
    publish(tmp_path / "results", problems, "a", verdicts={p.id: "failed" for p in problems})
    return tmp_path / "results"


@pytest.fixture
def store(tmp_path: Path, results: Path) -> Store:
    return Store(results, [tmp_path / "made-up"])


def test_an_answer_comes_back_as_it_was_given(store: Store, results: Path) -> None:
    given = rated("Ada", facet="numerics", categories=["wrong-constant"], text="eps\ud800 outside", blind=False)
    annotations.write(results, [given])
    row = store.rows("select * from answers")[0]
    assert Annotation(**row) == given
    assert (row["category"], row["categories"]) == ("wrong-logic", ["wrong-logic", "wrong-constant"])
    assert (row["facet"], row["text"], row["taxonomy"]) == (Facet.NUMERICS, "eps\ufffd outside", 1)


def test_no_file_is_ever_written_twice_and_none_is_left_half_done(results: Path) -> None:
    def answer(number: int) -> None:
        for minute in range(4):
            annotations.write(results, [rated(f"rater {number}", minute=minute)])

    threads = [threading.Thread(target=answer, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = list((results / "annotations").iterdir())
    assert len(files) == 20
    assert all(f.suffix == ".parquet" and f.name[0] != "." for f in files)
    assert len(Store(results).rows("select * from answers")) == 5  # the latest of each rater


def test_undo_brings_back_the_answer_before(store: Store, results: Path) -> None:
    first, second = rated("Ada", "wrong-logic"), rated("Ada", "wrong-constant", minute=1)
    annotations.write(results, [first])
    annotations.write(results, [second])
    assert [r["category"] for r in store.rows("select category from answers")] == ["wrong-constant"]
    annotations.write(results, [retraction(second)])
    assert [r["category"] for r in store.rows("select category from answers")] == ["wrong-logic"]
    annotations.write(results, [retraction(first)])
    assert store.rows("select * from answers") == []
    assert len(store.rows("select * from annotations")) == 4


def test_nobody_retracts_what_another_said(store: Store, results: Path) -> None:
    answer = rated("Ada")
    annotations.write(results, [answer, retraction(answer.model_copy(update={"rater": "Bob"}))])
    assert len(store.rows("select * from answers")) == 1


def test_two_who_agree_and_an_expert_make_a_label(store: Store, results: Path) -> None:
    def label(sample: int = 0, kind: str = "person") -> Any:
        rows = store.rows("select * from ratings where sample = ? and rater_kind = ?", [sample, kind])
        return (rows[0]["category"], rows[0]["differ"], rows[0]["settled"]) if rows else None

    annotations.write(results, [rated("Ada")])
    assert label() == (None, False, False)  # one alone is not a label
    annotations.write(results, [rated("Bob")])
    assert label() == ("wrong-logic", False, False)
    annotations.write(results, [rated("Bob", "silly-mistake", minute=1)])
    assert label() == (None, True, False)
    annotations.write(results, [rated("Eve", "corner-case", role="expert")])
    assert label() == ("corner-case", True, True)


def test_what_models_rated_is_never_called_human(store: Store, results: Path) -> None:
    annotations.write(results, [rated(name, rater_kind="model") for name in ("m1", "m2", "m3")])
    found = {r["rater_kind"]: r["category"] for r in store.rows("select * from ratings")}
    assert found == {"model": "wrong-logic"}
    causes = store.rows("select category, cause_source from causes where problem_id = 'problem-000'")
    assert causes == [{"category": None, "cause_source": None}]
    annotations.write(results, [rated("Ada"), rated("Bob")])
    causes = store.rows("select category, cause_source from causes where problem_id = 'problem-000'")
    assert causes == [{"category": "wrong-logic", "cause_source": "human"}]


def test_a_label_of_other_code_does_not_count(store: Store, results: Path) -> None:
    annotations.write(results, [rated("Ada", content="other"), rated("Bob", content="other")])
    assert store.rows("select * from causes where category is not null") == []


def test_reviewers_make_the_state_of_a_problem(store: Store, results: Path, problems: list[Problem]) -> None:
    def state() -> str:
        states = {
            table: store.rows(f"select review, own_review from {table} where id = 'problem-001'")[0]
            for table in ("problems", "labels")
        }
        assert states["problems"] == states["labels"]
        assert states["problems"]["own_review"] == "draft"
        return str(states["problems"]["review"])

    problem, version = problems[1], store.version
    annotations.write(results, [reviewed("a model", problem, rater_kind="model"), reviewed("Ada", problem)])
    assert state() == "draft"  # one person
    annotations.write(results, [reviewed("Bob", problem)])
    assert state() == "reviewed"
    signature = reviewed("Eve", problem, role="expert", signed=True)
    annotations.write(results, [signature])
    assert state() == "validated"
    assert store.version != version
    annotations.write(results, [retraction(signature), reviewed("Ada", problem, minute=3, tests_fair=False)])
    assert state() == "draft"  # an objection


def test_a_review_of_what_the_problem_was_does_not_count(store: Store, results: Path, problems: list[Problem]) -> None:
    annotations.write(results, [reviewed("Eve", problems[0], role="expert", signed=True, content="before")])
    assert store.rows("select review from problems where id = 'problem-000'") == [{"review": "draft"}]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"category": None}, "which category"),
        ({"rater": "  "}, "rater"),
        ({"run_id": ""}, "run_id"),
        ({"tests_fair": True}, "speaks of a problem"),
        ({"category": "bug"}, "deviates-from-prompt"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        rated(**({"rater": "Ada"} | change))


@pytest.mark.parametrize(
    "change",
    [{"role": "rater"}, {"rater_kind": "model"}, {"tests_fair": False}, {"tests_fair": None}, {"facet": "numerics"}],
)
def test_only_an_expert_without_objection_signs(change: dict[str, Any], problems: list[Problem]) -> None:
    with pytest.raises(ValueError):
        reviewed("Eve", problems[0], **({"role": "expert", "signed": True} | change))


def test_a_tick_names_the_category_by_itself() -> None:
    assert rated("Ada", None, harness_error=True).category is Category.HARNESS
    assert rated("Ada", None, wrong_test=True).category is Category.HARNESS
    assert rated("Ada", None, lacks_information=True).categories == (Category.PROMPT,)


def test_an_export_reads_in_again(store: Store, results: Path, tmp_path: Path) -> None:
    annotations.write(results, [rated("Ada, the first", text='a "quoted"\nline', facet="dtype-device"), rated("Bob")])
    rows = store.rows(annotations.export_order())
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    again = annotations.parse(csv.DictReader(io.StringIO(text.getvalue())), source="x.csv")
    assert {a.id: a.as_row() for a in again} == {
        r["id"]: {k: v for k, v in r.items() if k != "counts"} | {"time": r["time"].replace(tzinfo=UTC)} for r in rows
    }
    with pytest.raises(ValueError, match="row 2: rater: "):
        annotations.parse([rows[0], {"rater": ""}], source="x.csv")


def test_a_broken_file_is_named_and_the_rest_counts(store: Store, results: Path) -> None:
    good = annotations.write(results, [rated("Ada")])
    (results / "annotations" / "broken.parquet").write_bytes(b"no")
    fewer = ANNOTATIONS.empty_table().select(["id", "rater"])
    pq.write_table(pa.table({"id": ["x"], "rater": ["Bob"]}, schema=fewer.schema), good.with_name("older.parquet"))
    assert len(store.rows("select * from annotations")) == 2
    assert [s.path.name for s in store.skipped] == ["broken.parquet"]


def test_a_folder_that_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "annotations").write_text("in the way")
    with pytest.raises(StoreError, match="can't keep annotations"):
        annotations.write(tmp_path, [rated("Ada")])
