"""The vocabulary of failures: numbers and slugs that others' data relies on, and texts that people can use."""

from __future__ import annotations

from deepbench_core.categories import Category, Facet
from deepbench_core.diagnosis import Diagnosis, Evidence

PUBLISHED = {
    1: "deviates-from-prompt",
    2: "syntax-error",
    3: "silly-mistake",
    4: "prompt-example",
    5: "corner-case",
    6: "wrong-argument-type",
    7: "hallucinated-object",
    8: "wrong-attribute",
    9: "unrequested-behaviour",
    10: "wrong-logic",
    11: "wrong-reference",
    12: "wrong-constant",
    13: "performance",
    14: "prompt-lacks-information",
    15: "wrong-import",
    None: "harness",
}


def test_numbers_and_slugs_are_the_published_ones() -> None:
    assert {c.number: c.value for c in Category} == PUBLISHED


def test_every_category_has_words_of_its_own() -> None:
    for texts in (
        [c.label for c in Category],
        [c.definition for c in Category],
        [c.example for c in Category],
        [c.counter_example for c in Category],
        [f.label for f in Facet],
        [f.definition for f in Facet],
    ):
        assert all(texts)
        assert len(set(texts)) == len(texts)


def test_a_counter_example_names_the_category_where_it_belongs() -> None:
    labels = {c.label.lower(): c for c in Category}
    for category in Category:
        named = [c for label, c in labels.items() if f"({label})" in category.counter_example]
        assert named, category
        assert category not in named, category


def test_a_diagnosis_survives_being_written() -> None:
    evidence = (Evidence("exception", "NameError: name 'F' is not defined", 3), Evidence("tests", "all of 4 fail"))
    known = Diagnosis(Category.IMPORT, (Category.IMPORT, Category.LOGIC), Facet.GENERAL, 0.9, "rules", evidence)
    open_ = Diagnosis(None, (), Facet.NUMERICS, 0.0, "counterfactual")
    assert [Diagnosis.from_row(d.as_row()) for d in (known, open_)] == [known, open_]
    assert known.as_row()["number"] == 15
    assert known.as_row()["evidence"][1] == {"kind": "tests", "text": "all of 4 fail"}
    assert known.lines == (3,)
