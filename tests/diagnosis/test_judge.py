"""The model as judge, asked over a real socket: what it is told, what is believed, what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from deepbench_core.categories import Category, Facet
from deepbench_core.diagnosis import Diagnosis, Evidence, judge
from deepbench_core.diagnosis.failure import Failure
from deepbench_core.diagnosis.symptoms import from_text
from deepbench_core.errors import UserError
from deepbench_core.models import Model, Parameters, open_model
from tests.fake_endpoint import FakeEndpoint, Reply

OPEN = Diagnosis(None, (), Facet.GENERAL, 0.0, "rules", (Evidence("tests", "3 fail, 1 pass"),))
SURE = Diagnosis(Category.IMPORT, (Category.IMPORT,), Facet.API_VERSION, 0.95, "rules")
FAILURE = Failure(
    "1",
    "def f(x):\n    return x - 1\n",
    from_text("E  assert 1 == 3"),
    "def f(x): add one",
    "def f(x):\n    return x + 1\n",
)
ANSWER = {"category": "wrong-logic", "facet": "general", "confidence": 0.9, "line": 2, "why": "minus for plus"}


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    with FakeEndpoint() as found:
        yield found


@pytest.fixture
def model(endpoint: FakeEndpoint) -> Iterator[Model]:
    with open_model("openai/fake", Parameters(api_base=endpoint.url, retries=0)) as found:
        yield found


def test_a_fitting_answer_becomes_a_diagnosis_of_the_judge(endpoint: FakeEndpoint, model: Model) -> None:
    endpoint.enqueue(Reply(f"<think>hm {{}}</think> Here it is: {json.dumps(ANSWER)}"))
    judged = judge.ask(model, FAILURE, OPEN)
    found = judge.combined(OPEN, judged)
    assert (found.category, found.source, found.lines) == (Category.LOGIC, "judge", (2,))
    assert found.confidence <= 0.6  # whatever it says of itself
    assert judged.cost is None  # nobody knows the price at one's own endpoint


def test_the_judge_is_told_procedure_code_with_numbers_and_evidence(endpoint: FakeEndpoint, model: Model) -> None:
    endpoint.enqueue(Reply(json.dumps(ANSWER)))
    judge.ask(model, FAILURE, OPEN)
    system, user = (message["content"] for message in endpoint.requests[0]["messages"])
    assert all(category.value in system for category in Category)
    assert "needless" in system
    assert "2:     return x - 1" in user
    assert "3 fail, 1 pass" in user


def test_an_answer_that_does_not_fit_is_asked_for_once_more_and_then_left(endpoint: FakeEndpoint, model: Model) -> None:
    endpoint.enqueue(Reply("I think it is wrong logic."), Reply(json.dumps({**ANSWER, "category": "bad-luck"})))
    judged = judge.ask(model, FAILURE, OPEN)
    assert endpoint.calls == judge.TRIES
    assert judged.diagnosis is None
    assert "category" in judged.problem
    assert judge.combined(OPEN, judged) == OPEN


def test_a_line_that_does_not_exist_is_no_evidence(endpoint: FakeEndpoint, model: Model) -> None:
    endpoint.enqueue(Reply(json.dumps({**ANSWER, "line": 99})))
    judged = judge.ask(model, FAILURE, OPEN)
    assert judged.diagnosis is not None
    assert judged.diagnosis.lines == ()


def test_what_is_proven_is_not_asked_about_and_not_overruled() -> None:
    assert judge.needed(OPEN)
    assert not judge.needed(SURE)
    against = judge.Judged(Diagnosis(Category.LOGIC, (Category.LOGIC,), Facet.GENERAL, 0.6, "judge"), 0.0, "m")
    assert judge.combined(SURE, against) == SURE


def test_the_pseudo_models_are_no_judges() -> None:
    with pytest.raises(UserError, match="no judge"):
        judge.check("reference")
