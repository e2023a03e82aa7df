"""The decision procedure: every walk ends, every category can be reached, and the page and the rules say the same."""

from __future__ import annotations

import itertools

import pytest

from deepbench_core import paths, procedure
from deepbench_core.categories import Category
from deepbench_core.diagnosis import rules
from deepbench_core.diagnosis.failure import Failure
from deepbench_core.diagnosis.symptoms import from_judge, from_text
from deepbench_core.worked_examples import EXAMPLES, Example


def test_questions_lead_only_onward() -> None:
    place = {q.key: i for i, q in enumerate(procedure.QUESTIONS)}
    for question in procedure.QUESTIONS:
        for goal in (question.yes, question.no):
            assert isinstance(goal, Category) or place[goal] > place[question.key]


def test_every_category_is_the_end_of_some_walk() -> None:
    reached: set[Category] = set()
    for flips in itertools.chain.from_iterable(itertools.combinations(procedure.QUESTIONS, n) for n in range(4)):
        answers = {q.key: q.key in ("any-code", "parses") for q in procedure.QUESTIONS}
        answers |= {q.key: not answers[q.key] for q in flips}
        reached.add(procedure.walk(answers)[0])
    assert reached == set(Category)


def test_the_page_is_what_the_questions_say() -> None:
    page = (paths.product_dir() / "docs" / "taxonomy.md").read_text(encoding="utf-8")
    assert page == procedure.markdown(), "python -m deepbench_core.procedure > docs/taxonomy.md"


def test_there_are_twenty_examples() -> None:
    assert len(EXAMPLES) == 20
    assert len({e.title for e in EXAMPLES}) == 20


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.title)
def test_the_walk_of_an_example_ends_in_its_category(example: Example) -> None:
    assert procedure.walk(example.answers())[0] is example.category


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.title)
def test_the_rules_say_the_same(example: Example) -> None:
    symptoms = (
        from_judge([], verdict=example.verdict, message=example.seen) if example.verdict else from_text(example.seen)
    )
    failure = Failure("1", example.code or None, symptoms, example.prompt, example.reference, "It is easy.")
    diagnosis = rules.diagnose(failure)
    assert (diagnosis.category, diagnosis.facet) == (example.category, example.facet)
