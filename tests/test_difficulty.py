"""Difficulty follows from what solves a problem, once enough models tried."""

from __future__ import annotations

from deepbench_core.difficulty import Rate, measured
from deepbench_core.taxonomy import Difficulty

EASY, MEDIUM, HARD = Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD
NEVER, ALWAYS = Rate(0.0), Rate(1.0, 1.0)


def test_two_models_are_too_few() -> None:
    assert measured({"p": {"a": ALWAYS, "b": NEVER}}) == {}


def test_thirds_by_the_mean_over_models() -> None:
    rates = {f"p{i}": {"a": Rate(i / 10), "b": Rate(i / 10), "c": Rate(0.05)} for i in range(1, 10)}
    found = measured(rates)
    assert [found[f"p{i}"] for i in range(1, 10)] == [HARD] * 3 + [MEDIUM] * 3 + [EASY] * 3


def test_among_the_unsolved_the_tests_that_passed_decide() -> None:
    rates = {f"p{i}": {"a": Rate(0.0, i / 10), "b": NEVER, "c": NEVER} for i in range(9)}
    found = measured(rates)
    assert [found[f"p{i}"] for i in range(9)] == [HARD] * 3 + [MEDIUM] * 3 + [EASY] * 3
    solved = {"s": {"a": Rate(0.1, 0.1), "b": NEVER, "c": NEVER}}
    assert measured(rates | solved)["s"] is EASY  # solved at all counts for more than any share of tests


def test_what_everything_solves_is_easy() -> None:
    assert set(measured({f"a{i}": dict.fromkeys("abc", ALWAYS) for i in range(9)}).values()) == {EASY}


def test_the_guess_orders_what_results_do_not_tell_apart() -> None:
    rates = {f"n{i}": dict.fromkeys("abc", NEVER) for i in range(9)}
    assert set(measured(rates).values()) == {MEDIUM}
    found = measured(rates, {f"n{i}": (HARD, EASY, MEDIUM)[i % 3] for i in range(9)})
    assert [found[f"n{i}"] for i in range(3)] == [HARD, EASY, MEDIUM]
    solved = measured(rates | {"s": {"a": Rate(0.1), "b": NEVER, "c": NEVER}}, dict.fromkeys([*rates, "s"], HARD))
    assert solved["s"] is EASY  # what results say counts for more than any guess


def test_equal_problems_get_one_label() -> None:
    rates = {f"p{i}": {"a": ALWAYS, "b": NEVER, "c": NEVER} for i in range(8)}
    rates |= {"top": {"a": ALWAYS, "b": ALWAYS, "c": Rate(0.5)}}
    found = measured(rates)
    assert {found[f"p{i}"] for i in range(8)} == {MEDIUM}
    assert found["top"] is EASY
