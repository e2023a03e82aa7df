"""Compared values in words, and code with lines marked."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from deepbench_core import listings, values

TENSOR = {"type": "Tensor", "dtype": "torch.float32", "nan": 0, "inf": 0}


def compared(got: dict[str, Any], expected: dict[str, Any], **difference: Any) -> dict[str, Any]:
    return {"got": TENSOR | got, "expected": TENSOR | expected, "difference": difference}


def test_two_tensors_in_words() -> None:
    given = compared(
        {"shape": [40, 50], "head": [1.0, float("inf")], "inf": 1},
        {"shape": [40, 50], "head": [1.5, 0.0]},
        first_index=[0, 0],
        differing=2,
        max_abs=1.5,
        max_rel=None,
        grid=[[0.0, 1.5], ["inf", 0.25]],
    )
    assert values.side(given["got"]) == "Tensor · float32 · shape (40, 50)\n1, inf …\nNaN: 0 · infinite: 1"
    assert values.differences(given) == [
        "Differs in 2 of 2,000 places, first at [0, 0]",
        "largest absolute error 1.5",
        "1 infinite numbers where 0 were expected",
    ]
    assert values.grid(given) == [[0.0, 1.5], [None, 0.25]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (compared({"shape": [3]}, {"shape": [3, 1]}), ["Shapes differ: (3,) where (3, 1) was expected"]),
        (
            compared({"shape": [], "dtype": "torch.int64"}, {"shape": []}, first_index=[], differing=1, max_abs=2.0),
            [
                "dtypes differ: torch.int64 where torch.float32 was expected",
                "Differs in 1 of 1 places, first at its only number",
                "largest absolute error 2",
            ],
        ),
        (
            {"got": {"type": "list"}, "expected": {"type": "list"}, "difference": {"len": [2, 3]}},
            ["2 long where 3 was expected"],
        ),
        ({"got": "tensor(nan)", "expected": "tensor(2.3)"}, []),
        ({}, []),
    ],
)
def test_how_two_values_differ(given: dict[str, Any], words: list[str]) -> None:
    assert values.differences(given) == words


def test_marked_lines_are_marked_and_nothing_of_the_code_is_html() -> None:
    code = 'def f(x):\n    return "</pre><script>alert(1)</script>"\n    # <span style="background-color: #FBE3A8">\n'
    html = listings.marked(code, [2, 99])
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert html.count("box-shadow") == 1
    assert "line 2 marked" in html
    assert listings.marked(code, [], dark=True).count("box-shadow") == 0


def test_every_line_of_the_code_is_there() -> None:
    code = "\n\nx = 1\n\n\ny = '\t<é>'\n\n"
    shown = unescape(re.sub(r"<[^>]+>", "", listings.marked(code, [3])))
    lines = [line.strip() for line in shown.split("\n")]
    assert lines[:6] == ["1", "2", "3x = 1", "4", "5", "6y = '\t<é>'"]
