"""How much of what the reference does the code attempts: calls, operators, comparisons, branches and loops, counted."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass

from deepbench_core.diagnosis import trees

# Below both, a part of the task was left out. Another way to the result changes the kinds of steps or their number,
# rarely both so much.
LEAST_SHARED, LEAST_SIZE = 1 / 2, 2 / 3
LEAST_STEPS = 8  # of the reference; with fewer, one step is too large a share


@dataclass(frozen=True)
class Attempt:
    """Of the reference's steps: how many the code has too, and how many it has of any kind."""

    shared: float
    size: float

    @property
    def partial(self) -> bool:
        return self.shared < LEAST_SHARED and self.size < LEAST_SIZE

    def __str__(self) -> str:
        return (
            f"a part is not attempted: the code has {self.size:.0%} as many steps as the reference, "
            f"and {self.shared:.0%} of its kinds of steps"
        )


def attempt(code: ast.Module, reference: ast.Module) -> Attempt:
    """Compare the steps of two solutions, whatever their order."""
    ours, theirs = _steps(code), _steps(reference)
    total = sum(theirs.values())
    if total < LEAST_STEPS:
        return Attempt(1.0, 1.0)
    return Attempt((ours & theirs).total() / total, ours.total() / total)


def _steps(tree: ast.Module) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                found[f"call {trees.called_name(node)}"] += 1
            case ast.BinOp() | ast.UnaryOp() | ast.AugAssign():
                found[type(node.op).__name__] += 1
            case ast.Compare():
                found[type(node.ops[0]).__name__] += 1
            case ast.For() | ast.While() | ast.If() | ast.IfExp() | ast.Raise() | ast.Return() | ast.comprehension():
                found[type(node).__name__] += 1
            case _:
                pass
    return found
