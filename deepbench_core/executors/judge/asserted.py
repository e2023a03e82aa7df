"""What a failed `assert torch.allclose(got, want)` compared: pytest shows a call's result, not what it was given.

Nothing is evaluated again, since that could call the code once more: pytest's rewritten assert keeps the value of
every part in a local variable `@py_assert<n>`, numbered in the order in which the parts were reached.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import linecache
import re
from typing import Any

from .session import TESTS

_COMPARING = re.compile(r"(all)?close|isclose|(array_)?equal|same|(assert_)?(all)?close\w*")
_VARIABLE = re.compile(r"@py_assert(\d+)")


def pair(excinfo: Any) -> tuple[Any, Any] | None:
    """The two values that the failed assert of a test handed to a comparison, or subtracted; None where unknown."""
    with contextlib.suppress(Exception):
        frame, line = None, 0
        trace = excinfo.tb
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == TESTS:
                frame, line = trace.tb_frame, trace.tb_lineno
            trace = trace.tb_next
        if frame is None:
            return None
        node = _statement("".join(linecache.getlines(TESTS)), line)
        sides = _sides(node.test) if node is not None else None
        if sides is not None:
            known = _Values(frame).of(node.test)
            return known[id(sides[0])], known[id(sides[1])]
    return None


def _statement(source: str, line: int) -> ast.Assert | None:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert) and node.lineno <= line <= (node.end_lineno or node.lineno):
            return node
    return None


def _sides(test: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """The first comparison of two things inside a condition: a call, a method, or a difference held to a bound."""
    for node in ast.walk(test):
        if isinstance(node, ast.Call):
            method = isinstance(node.func, ast.Attribute)
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if _COMPARING.fullmatch(name):
                if len(node.args) >= 2:
                    return node.args[0], node.args[1]
                if method and node.args:
                    return node.func.value, node.args[0]  # type: ignore[union-attr]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(test, ast.Compare):
            return node.left, node.right
    return None


class _Values:
    """Walks a condition as pytest's rewriter did, and hands each part the variable that it was kept in."""

    def __init__(self, frame: Any) -> None:
        found = {int(m[1]): v for n, v in frame.f_locals.items() if (m := _VARIABLE.fullmatch(n))}
        # An assert that held leaves its variables behind as None. A part that is None is dropped with them; there
        # are then too few values, and nothing is said.
        kept = {number: value for number, value in found.items() if value is not None}
        self.kept = [kept[number] for number in sorted(kept)]
        self.names = {**vars(builtins), **frame.f_globals, **frame.f_locals}
        self.found: dict[int, Any] = {}

    def of(self, test: ast.expr) -> dict[int, Any]:
        """Value by the part's id. Raises where pytest kept another number of values than the walk expects."""
        self._visit(test)
        if self.kept:
            raise ValueError("pytest kept more values than there are parts")
        return self.found

    def _visit(self, node: ast.expr) -> None:
        match node:
            case ast.Name():
                self.found[id(node)] = self.names.get(node.id)
                return
            case ast.Starred():
                self._visit(node.value)
                return
            case ast.BoolOp() | ast.NamedExpr():
                raise ValueError("not all of its parts were reached")
            case ast.Attribute():
                self._visit(node.value)
            case ast.BinOp():
                self._visit(node.left)
                self._visit(node.right)
            case ast.UnaryOp():
                self._visit(node.operand)
            case ast.Call():
                for part in (node.func, *node.args, *(k.value for k in node.keywords)):
                    self._visit(part)
            case ast.Compare():
                self._visit(node.left)
                for _ in node.ops:  # their results' names are taken before the other sides are visited
                    self.kept.pop(0)
                for part in node.comparators:
                    self._visit(part)
                return
            case _:
                pass
        self.found[id(node)] = self.kept.pop(0)
