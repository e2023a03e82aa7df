"""Difficulty follows from what solves a problem, once enough models tried."""

from __future__ import annotations

from deepbench_core.difficulty import measured
from deepbench_core.taxonomy import Difficulty

EASY, MEDIUM, HARD = Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD


def test_two_models_are_too_few() -> None:
    assert measured({"p": {"a": 1.0, "b": 0.0}}) == {}


def test_thirds_by_the_mean_over_models() -> None:
    rates = {f"p{i}": {"a": i / 10, "b": i / 10, "c": 0.05} for i in range(1, 10)}
    found = measured(rates)
    assert [found[f"p{i}"] for i in range(1, 10)] == [HARD] * 3 + [MEDIUM] * 3 + [EASY] * 3


def test_what_nothing_solves_is_hard_and_what_everything_solves_easy() -> None:
    never = {f"n{i}": dict.fromkeys("abc", 0.0) for i in range(9)}
    always = {f"a{i}": dict.fromkeys("abc", 1.0) for i in range(9)}
    assert set(measured(never).values()) == {HARD}
    assert set(measured(always).values()) == {EASY}
    found = measured(never | {"some": {"a": 0.0, "b": 0.0, "c": 0.5}})
    assert found["some"] is EASY


def test_equal_problems_get_one_label() -> None:
    rates = {f"p{i}": {"a": 1.0, "b": 0.0, "c": 0.0} for i in range(8)} | {"top": {"a": 1.0, "b": 1.0, "c": 0.5}}
    found = measured(rates)
    assert {found[f"p{i}"] for i in range(8)} == {MEDIUM}
    assert found["top"] is EASY
