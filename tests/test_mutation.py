"""Variants are what a test suite must notice: each changes the meaning in one place, parses, and is made once."""

from __future__ import annotations

import ast

import pytest

from deepbench_core import paths
from deepbench_core.mutation import mutants, stubs
from deepbench_core.problems import load_suite


def changes(source: str) -> set[str]:
    return {v.code.strip().splitlines()[-1].strip() for v in mutants(source)}


@pytest.mark.parametrize(
    ("line", "slips"),
    [
        ("y = a < b", {"y = a <= b", "y = a > b"}),
        ("y = x.mean(dim=1)", {"y = x.sum(dim=1)", "y = x.mean(dim=0)", "y = x.mean(dim=2)"}),
        ("y = x[-1]", {"y = x[0]", "y = x[-2]"}),
        ("y = x.detach()", {"y = x"}),
        ("y = x / (n + eps)", {"y = x * (n + eps)", "y = x", "y = x / (n - eps)", "y = x / (n)"}),
        ("y = f(a, b)", {"y = f(b, a)"}),
        ("y = f(a, keepdim=True)", {"y = f(a)", "y = f(a, keepdim=False)"}),
        ("y = F.cross_entropy(x, reduction='none')", {"y = F.cross_entropy(x, reduction='mean')"}),
        ("y = range(n)", {"y = range((n) - 1)"}),
        ("y = a if c else b", {"y = a", "y = b"}),
        ("y = ~m & k", {"y = m & k", "y = ~m | k"}),
    ],
)
def test_plausible_slips_are_made(line: str, slips: set[str]) -> None:
    assert slips <= changes(line)


@pytest.mark.parametrize("line", ["y = torch.maximum(a, b)", "y = max(a, 1)", "y = F.mse_loss(a, b)"])
def test_arguments_whose_order_means_nothing_stay(line: str) -> None:
    assert "swapped-arguments" not in {m.operator for m in mutants(line)}


def test_what_is_left_in_a_reshape_stays() -> None:
    assert changes("y = x.reshape(-1, 2)") == {f"y = x.reshape({a})" for a in ("2, -1", "-1, 1", "-1, 3")}


def test_a_dropped_no_grad_keeps_its_body() -> None:
    source = "def f(x):\n    with torch.no_grad():\n        return g(x)\n"
    [mutant] = [m for m in mutants(source) if m.operator == "dropped-with"]
    assert "no_grad" not in mutant.code
    assert "return g(x)" in mutant.code


def test_hints_docstrings_and_messages_are_left_alone() -> None:
    source = (
        'def f(x: "int" = 3) -> "tuple[int, 2]":\n    """Mean of 3 < 4."""\n    raise ValueError("mean of 3 < 4")\n'
    )
    for mutant in mutants(source):
        assert '"""Mean of 3 < 4."""' in mutant.code
        assert "raise" not in mutant.code or '"mean of 3 < 4"' in mutant.code


@pytest.mark.parametrize(
    ("name", "function", "method"),
    [("none", None, None), ("first-argument", [3, 4], 5), ("zeros", 0, 0.0)],
)
def test_stubs_keep_the_signature_and_answer_wrongly(name: str, function: object, method: object) -> None:
    source = (
        "def f(x):\n    return sum(x)\n\n\n"
        "class C:\n    def __init__(self):\n        self.n = 1\n\n    def m(self, y):\n        return y * 1.5\n"
    )
    [stub] = [s for s in stubs(source, ["f", "C"]) if s.operator == name]
    space: dict[str, object] = {}
    exec(stub.code, space)
    assert space["f"]([3, 4]) == function  # type: ignore[operator]
    made = space["C"]()  # type: ignore[operator]
    assert made.n == 1
    assert made.m(5) == method


def test_every_reference_gives_variants_that_parse_and_differ() -> None:
    problems = load_suite(paths.problems_dir() / "deepbench")
    counts = []
    for problem in problems:
        made = mutants(problem.reference)
        counts.append(len(made))
        assert made, problem.id  # a reference of one line has few
        assert len({v.code for v in made}) == len(made)
        assert len({v.id for v in made}) == len(made), problem.id
        for variant in (*made, *stubs(problem.reference, problem.meta.entry_points)):
            ast.parse(variant.code)
            assert variant.code != problem.reference
    assert sorted(counts)[len(counts) // 20] >= 8  # nineteen in twenty have more
