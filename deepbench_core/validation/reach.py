"""Which statements and branches of a reference its tests reach, told by the reference itself.

The reference is ours, so it may report: every statement of a function is preceded by a call that prints a number the
first time it is passed, and the judge keeps what code prints. That costs one job, and no tracer in the sandbox.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deepbench_core import syntax

Report = Callable[[ast.stmt, str], ast.stmt]

_SAID = re.compile(r"<reached (\d+)>")

_RECORDER = """
def _reached(number, seen=set()):
    if number not in seen:
        seen.add(number)
        __import__("os").write(1, f"<reached {number}>\\n".encode())
"""


@dataclass(frozen=True)
class Place:
    """A statement of the reference, or the way past a branch that has no block of its own."""

    line: int
    text: str
    way: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" + (f"  ({self.way})" if self.way else "")


def instrument(source: str) -> tuple[str, list[Place]]:
    """The reference with its reports, and the places by their numbers."""
    tree = syntax.parse(source)
    lines = source.splitlines()
    places: list[Place] = []

    def report(node: ast.stmt, way: str) -> ast.stmt:
        places.append(Place(node.lineno, lines[node.lineno - 1].strip(), way))
        call = ast.Call(ast.Name("_reached", ast.Load()), [ast.Constant(len(places) - 1)], [])
        return ast.copy_location(ast.Expr(call), node)

    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]:
        keep = 0 if ast.get_docstring(function, clean=False) is None else 1
        function.body[keep:] = _block(function.body[keep:], report)
    recorder = syntax.parse(_RECORDER).body
    start = sum(1 for _ in _preamble(tree))
    tree.body[start:start] = recorder
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n", places


def reached(output: str) -> set[int]:
    """The numbers that a run has printed."""
    return {int(number) for number in _SAID.findall(output)}


def _preamble(tree: ast.Module) -> Iterator[ast.stmt]:
    """The docstring and the imports from `__future__`, which must stay first."""
    for position, node in enumerate(tree.body):
        is_text = position == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            return
        yield node


def _block(statements: list[ast.stmt], report: Report) -> list[ast.stmt]:
    done: list[ast.stmt] = []
    for statement in statements:
        if not isinstance(statement, ast.Global | ast.Nonlocal):
            done.append(report(statement, ""))
        _inside(statement, report)
        done.append(statement)
    return done


def _inside(statement: ast.stmt, report: Report) -> None:
    """Instrument the blocks of one statement, and the ways past them. A nested function has its own turn."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    if isinstance(statement, ast.If):
        statement.body = _block(statement.body, report)
        statement.orelse = _block(statement.orelse, report) or [report(statement, "never false")]
    elif isinstance(statement, ast.For | ast.AsyncFor | ast.While):
        endless = isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant)
        statement.body = _block(statement.body, report)
        if not endless:
            statement.orelse = [report(statement, "never runs to its end"), *_block(statement.orelse, report)]
    elif isinstance(statement, ast.With | ast.AsyncWith):
        statement.body = _block(statement.body, report)
    elif isinstance(statement, ast.Try):
        statement.body = _block(statement.body, report)
        for handler in statement.handlers:
            handler.body = _block(handler.body, report)
        statement.orelse = _block(statement.orelse, report)
        statement.finalbody = _block(statement.finalbody, report)
    elif isinstance(statement, ast.Match):
        for case in statement.cases:
            case.body = _block(case.body, report)
