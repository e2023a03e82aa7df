"""Faults planted into references: edits of the source text at places that the syntax tree names, each of a known cause.

Nothing here knows the diagnosis. A form takes a reference and yields single slips as a person or a model makes them;
the edit keeps the layout of everything else.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deepbench_core.categories import Category, Facet
from deepbench_core.mutation import parses
from deepbench_core.problems import Problem

DIM = {"dim", "axis", "dims", "start_dim", "end_dim", "dim0", "dim1"}
ALONG = {
    *("sum", "mean", "softmax", "log_softmax", "cat", "stack", "squeeze", "unsqueeze", "argmax", "argmin", "cumsum"),
    *("gather", "amax", "amin", "logsumexp", "flatten", "transpose", "std", "var", "any", "all", "size", "chunk"),
    *("sort", "topk", "flip", "norm", "max", "min"),
}


@dataclass(frozen=True)
class Plant:
    """A reference with one slip. `line` is where in `code`; `facet` None where several would be right."""

    form: str
    category: Category
    code: str
    line: int
    facet: Facet | None = None
    further: tuple[Category, ...] = ()


@dataclass(frozen=True)
class Source:
    """A reference with what the forms look at."""

    problem: Problem
    text: str
    tree: ast.Module
    random: random.Random

    @property
    def library(self) -> str:
        """What its arrays are made with, by the name that the reference imports; empty where that is neither."""
        if re.search(r"^import torch", self.text, re.M):
            return "torch"
        return "np" if re.search(r"^import numpy as np", self.text, re.M) else ""

    def start(self, node: ast.AST) -> int:
        return self._offset(node.lineno, node.col_offset)

    def end(self, node: ast.AST) -> int:
        return self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        lines = self.text.splitlines(keepends=True)
        return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())

    def of(self, node: ast.AST) -> str:
        return self.text[self.start(node) : self.end(node)]

    def swap(self, node: ast.AST, new: str) -> str:
        return self.text[: self.start(node)] + new + self.text[self.end(node) :]

    def rename(self, node: ast.Attribute, new: str) -> str:
        """Another name after the dot; what stands before it is left alone, brackets included."""
        end = self.end(node)
        return self.text[: end - len(node.attr)] + new + self.text[end:]

    def walk(self, *kinds: type) -> list[ast.AST]:
        """Nodes inside functions, annotations apart, in an order that the seed shuffles."""
        hidden: set[int] = set()
        for node in ast.walk(self.tree):
            for name in ("annotation", "returns"):
                if isinstance(getattr(node, name, None), ast.AST):
                    hidden |= {id(n) for n in ast.walk(getattr(node, name))}
        inside = {id(n) for f in self.functions() for n in ast.walk(f)}
        found = [n for n in ast.walk(self.tree) if isinstance(n, kinds) and id(n) in inside and id(n) not in hidden]
        self.random.shuffle(found)
        return found

    def functions(self) -> list[ast.FunctionDef]:
        return [n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)]

    def parents(self) -> dict[ast.AST, ast.AST]:
        return {c: n for n in ast.walk(self.tree) for c in ast.iter_child_nodes(n)}

    def blocks(self) -> list[list[ast.stmt]]:
        names = ("body", "orelse")
        found = [getattr(n, b) for f in self.functions() for n in ast.walk(f) for b in names
                 if isinstance(getattr(n, b, None), list) and getattr(n, b)]  # fmt: skip
        unique = list({id(b[0]): b for b in found}.values())
        self.random.shuffle(unique)
        return unique

    def insert(self, before: ast.stmt, text: str) -> tuple[str, int]:
        """A statement on a line of its own before another one; returns the code and its line."""
        lines = self.text.splitlines(keepends=True)
        at = min([before.lineno, *(d.lineno for d in getattr(before, "decorator_list", []))]) - 1
        lines.insert(at, " " * before.col_offset + text + "\n")
        return "".join(lines), at + 1

    def remove(self, node: ast.stmt, block: list[ast.stmt]) -> str:
        lines = self.text.splitlines(keepends=True)
        new = [" " * node.col_offset + "pass\n"] if len(block) == 1 else []
        return "".join([*lines[: node.lineno - 1], *new, *lines[node.end_lineno :]])


Found = Iterator[tuple[str, int]]
Form = Callable[[Source], Found]
FORMS: dict[str, tuple[Category, Facet | None, Form]] = {}


def form(category: Category, facet: Facet | None = None) -> Callable[[Form], Form]:
    """Register a form of planting."""

    def register(function: Form) -> Form:
        FORMS[function.__name__.replace("_", "-")] = category, facet, function
        return function

    return register


def plant(problem: Problem, *, each: int = 1, seed: int = 0) -> Iterator[Plant]:
    """Up to `each` single faults of every form that the reference offers a place for."""
    for name, (category, facet, function) in FORMS.items():
        source = Source(
            problem, problem.reference, ast.parse(problem.reference), random.Random(f"{seed}{problem.id}{name}")
        )
        seen: set[str] = {problem.reference}
        for code, line in function(source):
            if code in seen or (category is not Category.SYNTAX and not parses(code)):
                continue
            if category is Category.SYNTAX and parses(code):
                continue
            seen.add(code)
            yield Plant(name, category, code, line, facet)
            if len(seen) > each:
                break


def pairs(problem: Problem, *, seed: int = 0) -> Iterator[Plant]:
    """Two faults of which one is primary because the code never gets to the other, or can't be looked up at all."""
    loud = ["dropped-import", "invented-function", "misspelt-local", "missing-colon", "renamed-attribute"]
    quiet = ["changed-operator", "scaled-float", "shifted-integer", "flipped-comparison"]
    shuffled = random.Random(f"{seed}{problem.id}pairs")
    shuffled.shuffle(loud)
    shuffled.shuffle(quiet)
    for one, other in zip(loud[:3], quiet * 2, strict=False):
        category, facet, second = FORMS[one]
        further, _, first = FORMS[other]
        rng = random.Random(f"{seed}{problem.id}{one}{other}")
        for code, _ in first(Source(problem, problem.reference, ast.parse(problem.reference), rng)):
            if not parses(code):
                continue
            both = next(second(Source(problem, code, ast.parse(code), rng)), None)
            if both and both[0] != code and parses(both[0]) is (category is not Category.SYNTAX):
                yield Plant(f"{one} + {other}", category, both[0], both[1], facet, (further,))
                break


def is_module_attribute(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in {"torch", "np", "F", "nn", "math", "pd"}


def arguments_of_calls(s: Source) -> Iterator[tuple[ast.Call, ast.expr]]:
    for call in s.walk(ast.Call):
        for argument in call.args:
            if not isinstance(argument, ast.Starred | ast.GeneratorExp | ast.Lambda):
                yield call, argument
