"""Reading syntax trees: equality that ignores what has no effect, names, sizes, and where a node stands."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from deepbench_core import syntax

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_IGNORED = {"annotation", "returns", "type_comment", "type_params", "ctx", "kind", "simple", "lineno", "col_offset"}


def word_set(text: str) -> frozenset[str]:
    """The words of a text; a long list of names reads better so."""
    return frozenset(text.split())


def parse(code: str) -> ast.Module | SyntaxError:
    """The tree, or why there is none."""
    try:
        return syntax.parse(code)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, absurd nesting
        return SyntaxError(str(error) or type(error).__name__)


class Keys:
    """Texts that are equal exactly where two nodes do the same, whatever their annotations, docstrings and layout."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ast.AST, str]] = {}

    def __call__(self, node: ast.AST) -> str:
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, self._make(node)
        return known[1]

    def _make(self, node: ast.AST) -> str:
        if isinstance(node, ast.Constant):
            return f"C:{type(node.value).__name__}:{node.value!r}"
        if isinstance(node, ast.Name):
            return f"N:{node.id}"
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            return f"Assign([{self(node.target)}],{self(node.value)})"
        parts = []
        for name, value in ast.iter_fields(node):
            if name in _IGNORED:
                continue
            if isinstance(value, list):
                items = statements(value) if value and isinstance(value[0], ast.stmt) else value
                parts.append("[" + ",".join(self(v) if isinstance(v, ast.AST) else repr(v) for v in items) + "]")
            else:
                parts.append(self(value) if isinstance(value, ast.AST) else repr(value))
        return f"{type(node).__name__}({','.join(parts)})"


def statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """A block without its docstrings, other bare texts and `pass`."""
    return [s for s in body if not is_text(s) and not isinstance(s, ast.Pass)]


def is_text(statement: ast.stmt) -> bool:
    """A docstring, a comment written as a text, or `...`."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str | type(...))
    )


_WORD = re.compile(r"\w+|[^\w\s]")


def words(node: ast.AST) -> Counter[str]:
    """Names, literals and operators below a node, with how often each comes."""
    found: Counter[str] = Counter()
    for below in ast.walk(node):
        if isinstance(below, ast.Name):
            found[below.id] += 1
        elif isinstance(below, ast.Attribute):
            found["." + below.attr] += 1
        elif isinstance(below, ast.Constant):
            found[repr(below.value)[:40]] += 1
        elif isinstance(below, ast.operator | ast.unaryop | ast.cmpop | ast.boolop | ast.stmt):
            found[type(below).__name__] += 1
        elif isinstance(below, ast.keyword) and below.arg:
            found[below.arg + "="] += 1
        elif isinstance(below, ast.arg):
            found[below.arg] += 1
    return found


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Dice coefficient of two bags of words, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def size(node: ast.AST) -> int:
    """How many names, literals and operators there are."""
    return words(node).total()


def dotted(node: ast.AST) -> str:
    """`torch.nn.functional.relu` for such a chain of names; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *parts[::-1]]) if isinstance(node, ast.Name) else ""


def called_name(node: ast.Call) -> str:
    """The last name of what is called: `relu` of `F.relu(x)`, of `relu(x)` and of `f(x).relu()`."""
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """Each node's parent."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def definitions(body: list[ast.stmt]) -> dict[str, Definition]:
    """Functions and classes of a block by name, the last of each."""
    return {s.name: s for s in body if isinstance(s, Definition)}


def parameters(function: Function | ast.Lambda) -> list[str]:
    """Names of all parameters, in order."""
    a = function.args
    named = [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs]
    return [p.arg for p in [*named, *([a.kwarg] if a.kwarg else [])]]


def stored_names(tree: ast.AST) -> set[str]:
    """Every name that is bound anywhere below: assigned, imported, defined, a parameter."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, Definition):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
    return found


def loaded_names(tree: ast.AST) -> set[str]:
    """Every name that is read anywhere below."""
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def imports(tree: ast.Module) -> dict[str, tuple[str, ast.stmt]]:
    """Name → (what it brings, as a dotted name; the statement), for every import anywhere in the code."""
    found: dict[str, tuple[str, ast.stmt]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name] = alias.name, node
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{'.' * node.level}{node.module or ''}.{alias.name}", node
    return found


def expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The node and every expression below it."""
    for below in ast.walk(node):
        if isinstance(below, ast.expr):
            yield below


def short(node: ast.AST | None, limit: int = 80) -> str:
    """Source text of a node on one line."""
    if node is None:
        return ""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError, AttributeError):
        text = type(node).__name__
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
