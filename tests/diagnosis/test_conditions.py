"""Conditions that are always or never true, and those that only look it."""

from __future__ import annotations

import ast

import pytest

from deepbench_core.diagnosis import conditions


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    "text",
    [
        "True", "x is None and not x is None", "x < 0 and x > 0", "0 > x and x >= 0", "a < b and b < a",
        "a < b and a >= b", "n == 1 and n == 2", "mode == 'a' and mode == 'b'", "n == 0 and n >= 1", "x <= 0 or x > 0",
        "x < 5 or x > 3",
        "0 < x < 0", "x is not None or x is None", "x is None and x.shape[0] == 3", "x[0] > 1 and x is None",
        "not (x > x)", "a in b and a not in b", "y and x > 2 and x < 1",
    ],
)  # fmt: skip
def test_always_or_never_true(text: str) -> None:
    assert conditions.trivial_condition(parsed(text))


@pytest.mark.parametrize(
    "text",
    [
        "x", "x < 0 or x > 0", "x < 5 or x > 5", "x > 0 and x < 1", "x >= 0 and x <= 0", "a < b and b > a", "0 < x < 1",
        "x is None or x.shape[0] == 3", "x is not None and x.shape[0] == 3", "n == 1 or n == 2",
        "mode == 'a' or mode == 'b'", "a < b and c < a", "x.y is None and x.z", "a in b and c not in b",
    ],
)  # fmt: skip
def test_conditions_that_depend_on_their_input(text: str) -> None:
    assert not conditions.trivial_condition(parsed(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a / n if n else float('nan')", True),
        ("a / n if n else 0.0", True),
        ("a if items else []", True),
        ("a if n else np.nan", True),
        ("a if fast else slow(a)", False),
        ("a if n else [b]", False),
        ("a if n > 3 else 0", False),
    ],
)
def test_a_fixed_value_where_a_number_is_zero_is_a_fallback(text: str, expected: bool) -> None:
    choice = parsed(text)
    assert isinstance(choice, ast.IfExp)
    assert conditions.falls_back(choice) is expected
