"""Faults planted into references: edits of the source text at places that the syntax tree names, each of a known cause.

Nothing here knows the diagnosis. A form takes a reference and yields single slips as a person or a model makes them;
the edit keeps the layout of everything else.
"""

from __future__ import annotations

import ast
import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deepbench_core.categories import Category, Facet
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
            if code in seen or (category is not Category.SYNTAX and not _parses(code)):
                continue
            if category is Category.SYNTAX and _parses(code):
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
            if not _parses(code):
                continue
            both = next(second(Source(problem, code, ast.parse(code), rng)), None)
            if both and both[0] != code and _parses(both[0]) is (category is not Category.SYNTAX):
                yield Plant(f"{one} + {other}", category, both[0], both[1], facet, (further,))
                break


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


# 2 -------------------------------------------------------------------------------------------------------------------


@form(Category.SYNTAX, Facet.GENERAL)
def missing_colon(s: Source) -> Found:
    for node in s.walk(ast.FunctionDef, ast.If, ast.For, ast.With):
        line = node.body[0].lineno - 2
        lines = s.text.splitlines(keepends=True)
        while line > 0 and not lines[line].split("#")[0].rstrip().endswith(":"):
            line -= 1
        lines[line] = lines[line].split("#")[0].rstrip()[:-1] + "\n"
        yield "".join(lines), line + 1


@form(Category.SYNTAX, Facet.GENERAL)
def unclosed_bracket(s: Source) -> Found:
    for node in s.walk(ast.Call):
        end = s.end(node)
        yield s.text[: end - 1] + s.text[end:], node.lineno


@form(Category.SYNTAX, Facet.GENERAL)
def broken_indentation(s: Source) -> Found:
    for block in s.blocks():
        if len(block) > 1:
            lines = s.text.splitlines(keepends=True)
            lines[block[1].lineno - 1] = "  " + lines[block[1].lineno - 1]
            yield "".join(lines), block[1].lineno


@form(Category.SYNTAX, Facet.GENERAL)
def cut_off(s: Source) -> Found:
    for node in s.walk(ast.Call):
        if node.end_lineno > 5 and node.args:
            yield s.text[: s.end(node.args[0])], node.lineno


# 15 ------------------------------------------------------------------------------------------------------------------


@form(Category.IMPORT, Facet.API_VERSION)
def dropped_import(s: Source) -> Found:
    imports = [n for n in s.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    s.random.shuffle(imports)
    for node in imports:
        names = {(a.asname or a.name).partition(".")[0] for a in node.names}
        uses = [n for n in ast.walk(s.tree) if isinstance(n, ast.Name) and n.id in names]
        if uses and getattr(node, "module", "") != "__future__":
            first = min(n.lineno for n in uses)
            yield s.remove(node, s.tree.body), first - (node.end_lineno or node.lineno) + node.lineno - 1


@form(Category.IMPORT, Facet.API_VERSION)
def misspelt_module(s: Source) -> Found:
    for node in s.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
            yield s.text.replace(f"from {node.module} import", f"from {node.module}_utils import", 1), node.lineno
        elif isinstance(node, ast.Import) and node.names[0].name.count("."):
            name = node.names[0].name
            yield s.swap(node, s.of(node).replace(name, name + "s", 1)), node.lineno


@form(Category.IMPORT, Facet.API_VERSION)
def import_of_another_module(s: Source) -> Found:
    for node in s.tree.body:
        if isinstance(node, ast.Import) and node.names[0].asname and node.names[0].name.count("."):
            parent = node.names[0].name.rpartition(".")[0]
            if parent.count(".") or node.names[0].name == "torch.nn.functional":
                yield s.swap(node, f"import {parent} as {node.names[0].asname}"), node.lineno
        elif isinstance(node, ast.Import) and node.names[0].name == "math":
            yield s.swap(node, "import cmath as math"), node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module not in ("__future__", None):
            yield s.swap(node, s.of(node).replace(f"from {node.module}", "from functools", 1)), node.lineno


@form(Category.IMPORT, Facet.API_VERSION)
def missing_alias(s: Source) -> Found:
    for node in s.tree.body:
        if isinstance(node, ast.Import) and node.names[0].asname:
            alias = node.names[0].asname
            uses = [n.lineno for n in ast.walk(s.tree) if isinstance(n, ast.Name) and n.id == alias]
            if uses:
                yield s.swap(node, f"import {node.names[0].name}"), min(uses)


# 7 -------------------------------------------------------------------------------------------------------------------

_INVENTED = ["compute_{}", "{}_with_mask", "stable_{}_nd", "batched_{}", "{}_elementwise", "fast_{}_op"]


def _module_attribute(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in {"torch", "np", "F", "nn", "math", "pd"}


@form(Category.HALLUCINATED, Facet.API_VERSION)
def invented_function(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        if isinstance(f, ast.Attribute) and _module_attribute(f.value) and f.attr[0].islower():
            name = s.random.choice(_INVENTED).format(f.attr)
            yield s.rename(f, name), f.end_lineno or f.lineno


@form(Category.HALLUCINATED, Facet.API_VERSION)
def invented_class(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        if isinstance(f, ast.Attribute) and _module_attribute(f.value) and f.attr[0].isupper():
            yield (
                s.swap(f, f"{s.of(f.value)}.{s.random.choice(['Adaptive', 'Fused', 'Residual'])}{f.attr}Block"),
                f.lineno,
            )


@form(Category.HALLUCINATED, Facet.API_VERSION)
def invented_method(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        own = isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name) and f.value.id in ("self", "cls", "super")
        if isinstance(f, ast.Attribute) and not _module_attribute(f.value) and not own and "super" not in s.of(f):
            name = s.random.choice(["reduce_over_rows", "to_canonical", "masked_{}_all", "{}_along_batch"]).format(
                f.attr
            )
            yield s.rename(f, name), f.end_lineno or f.lineno


@form(Category.HALLUCINATED, Facet.API_VERSION)
def invented_helper(s: Source) -> Found:
    for node in s.walk(ast.Return):
        if node.value is not None:
            name = s.random.choice(["finalize_output", "validate_and_cast", "postprocess_result"])
            yield s.swap(node.value, f"{name}({s.of(node.value)})"), node.lineno


# 8 -------------------------------------------------------------------------------------------------------------------

_WRONG = {"shape": ["dims", "shapes", "dimensions"], "ndim": ["rank", "n_dims"], "dtype": ["data_type", "dtypes"],
          "device": ["devices", "dev"], "T": ["transposed"], "weight": ["weights"], "data": ["values_"],
          "grad": ["gradient"], "columns": ["cols"], "index": ["idx"]}  # fmt: skip


@form(Category.ATTRIBUTE, Facet.API_VERSION)
def renamed_attribute(s: Source) -> Found:
    above = s.parents()
    for node in s.walk(ast.Attribute):
        called = isinstance(above[node], ast.Call) and above[node].func is node
        if not called and node.attr in _WRONG and isinstance(node.ctx, ast.Load):
            yield s.rename(node, s.random.choice(_WRONG[node.attr])), node.end_lineno


@form(Category.ATTRIBUTE, Facet.API_VERSION)
def attribute_of_module(s: Source) -> Found:
    above = s.parents()
    for node in s.walk(ast.Attribute):
        called = isinstance(above[node], ast.Call | ast.Attribute) and not isinstance(above[node], ast.keyword)
        called = called and not (isinstance(above[node], ast.Call) and node in above[node].args)
        if not called and _module_attribute(node.value):
            new = {"pi": "PI", "inf": "infinity", "nan": "not_a_number"}.get(node.attr, node.attr + "_t")
            yield s.rename(node, new), node.end_lineno


@form(Category.ATTRIBUTE)
def own_attribute(s: Source) -> Found:
    methods = {f.name for f in s.functions()}
    for node in s.walk(ast.Attribute):
        if s.of(node.value) == "self" and isinstance(node.ctx, ast.Load) and node.attr not in methods:
            yield (
                s.swap(node, f"self.{s.random.choice(['{}_value', '{}s', '_{}_', 'my_{}']).format(node.attr)}"),
                node.lineno,
            )


@form(Category.ATTRIBUTE)
def another_own_attribute(s: Source) -> Found:
    methods = {f.name for f in s.functions()}
    above = s.parents()
    nodes = [n for n in s.walk(ast.Attribute) if s.of(n.value) == "self" and n.attr not in methods]
    for node in nodes:
        others = sorted({n.attr for n in nodes} - {node.attr})
        called = isinstance(above[node], ast.Call) and above[node].func is node
        if others and isinstance(node.ctx, ast.Load) and not called:
            yield s.swap(node, f"self.{s.random.choice(others)}"), node.lineno


@form(Category.ATTRIBUTE, Facet.API_VERSION)
def slip_in_method(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        if (
            isinstance(f, ast.Attribute)
            and not _module_attribute(f.value)
            and len(f.attr) > 4
            and s.of(f.value) != "self"
        ) and "super" not in s.of(f):
            at = s.random.randrange(1, len(f.attr) - 1)
            yield s.rename(f, f.attr[:at] + f.attr[at + 1 :]), f.end_lineno or f.lineno


# 11 ------------------------------------------------------------------------------------------------------------------


def _locals(s: Source) -> dict[ast.FunctionDef, set[str]]:
    found = {}
    for function in s.functions():
        names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        found[function] = names | {a.arg for a in [*function.args.args, *function.args.kwonlyargs]} - {"self", "cls"}
    return found


@form(Category.REFERENCE, Facet.GENERAL)
def misspelt_local(s: Source) -> Found:
    known = set().union(*_locals(s).values())
    for node in s.walk(ast.Name):
        name = node.id
        if isinstance(node.ctx, ast.Load) and name in known and len(name) > 2:
            at = s.random.randrange(1, len(name))
            new = s.random.choice([name[:at] + name[at + 1 :], name + "s", name[:at] + name[at] + name[at:]])
            if new.isidentifier() and new not in known:
                yield s.swap(node, new), node.lineno


@form(Category.REFERENCE)
def another_local(s: Source) -> Found:
    for function, names in _locals(s).items():
        nodes = [
            n for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id in names
        ]
        s.random.shuffle(nodes)
        for node in nodes[:6]:
            others = sorted(names - {node.id})
            if others:
                yield s.swap(node, s.random.choice(others)), node.lineno


@form(Category.REFERENCE, Facet.GENERAL)
def used_before_set(s: Source) -> Found:
    for block in s.blocks():
        for one, other in itertools.pairwise(block):
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                name = one.targets[0].id
                if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(other)) and name not in {
                    n.id for n in ast.walk(one.value) if isinstance(n, ast.Name)
                }:
                    lines = s.text.splitlines(keepends=True)
                    a, b = slice(one.lineno - 1, one.end_lineno), slice(other.lineno - 1, other.end_lineno)
                    code = [*lines[: a.start], *lines[b], *lines[a.stop : b.start], *lines[a], *lines[b.stop :]]
                    yield "".join(code), one.lineno


@form(Category.REFERENCE, Facet.GENERAL)
def wrong_own_method(s: Source) -> Found:
    methods = {
        f.name
        for c in ast.walk(s.tree)
        if isinstance(c, ast.ClassDef)
        for f in c.body
        if isinstance(f, ast.FunctionDef)
    }
    for node in s.walk(ast.Call):
        f = node.func
        if isinstance(f, ast.Attribute) and s.of(f.value) == "self" and f.attr in methods:
            yield s.swap(f, f"self.{s.random.choice(['do{}', '{}_impl', '{}s']).format(f.attr)}"), f.lineno


# 12 ------------------------------------------------------------------------------------------------------------------


def _along(s: Source, node: ast.AST) -> bool:
    above = s.parents()
    while True:
        parent = above.get(node)
        if isinstance(parent, ast.UnaryOp | ast.Tuple | ast.List):
            node = parent
            continue
        if isinstance(parent, ast.keyword):
            return parent.arg in DIM
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute | ast.Name):
            name = parent.func.attr if isinstance(parent.func, ast.Attribute) else parent.func.id
            return name in ALONG | {
                "permute",
                "movedim",
                "expand_dims",
                "repeat_interleave",
                "split",
                "diff",
                "unbind",
                "narrow",
            }
        if isinstance(parent, ast.Subscript):
            return s.of(parent.value).endswith("shape")
        return False


def _numbers(s: Source, kind: type) -> Iterator[ast.Constant]:
    for node in s.walk(ast.Constant):
        if type(node.value) is kind and not _along(s, node):
            yield node


@form(Category.CONSTANT)
def shifted_integer(s: Source) -> Found:
    for node in _numbers(s, int):
        yield s.swap(node, str(node.value + s.random.choice([1, 2, 3]))), node.lineno


@form(Category.CONSTANT)
def scaled_float(s: Source) -> Found:
    for node in _numbers(s, float):
        value = node.value * s.random.choice([10, 0.1, 2]) if node.value else 0.5
        yield s.swap(node, repr(value)), node.lineno


@form(Category.CONSTANT, Facet.NUMERICS)
def large_epsilon(s: Source) -> Found:
    for node in _numbers(s, float):
        if 0 < abs(node.value) < 1e-4:
            yield s.swap(node, "0.05"), node.lineno


@form(Category.CONSTANT)
def wrong_default(s: Source) -> Found:
    for function in s.functions():
        for node in [*function.args.defaults, *filter(None, function.args.kw_defaults)]:
            if isinstance(node, ast.Constant) and node.value is not None:
                new = not node.value if isinstance(node.value, bool) else None
                if new is None and isinstance(node.value, int | float):
                    new = node.value * 3 + 1
                if new is not None:
                    yield s.swap(node, repr(new)), node.lineno


@form(Category.CONSTANT)
def flipped_flag(s: Source) -> Found:
    for node in s.walk(ast.Constant):
        if isinstance(node.value, bool):
            yield s.swap(node, str(not node.value)), node.lineno


# 6 -------------------------------------------------------------------------------------------------------------------


def _arguments(s: Source) -> Iterator[tuple[ast.Call, ast.expr]]:
    for call in s.walk(ast.Call):
        for argument in call.args:
            if not isinstance(argument, ast.Starred | ast.GeneratorExp | ast.Lambda):
                yield call, argument


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def list_for_tensor(s: Source) -> Found:
    for call, argument in _arguments(s):
        if (
            isinstance(argument, ast.Name | ast.Attribute)
            and isinstance(call.func, ast.Attribute)
            and _module_attribute(call.func.value)
        ):
            yield s.swap(argument, f"{s.of(argument)}.tolist()"), argument.lineno


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def text_for_number(s: Source) -> Found:
    for _, argument in _arguments(s):
        if isinstance(argument, ast.Name | ast.Attribute | ast.Subscript):
            yield s.swap(argument, f"str({s.of(argument)})"), argument.lineno


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def quoted_number(s: Source) -> Found:
    for _call, argument in _arguments(s):
        if isinstance(argument, ast.Constant) and type(argument.value) is int:
            yield s.swap(argument, repr(str(argument.value))), argument.lineno


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def float_for_integer(s: Source) -> Found:
    for call, argument in _arguments(s):
        name = s.of(call.func).rpartition(".")[2]
        if name in (
            "range",
            "zeros",
            "ones",
            "arange",
            "reshape",
            "view",
            "expand",
            "empty",
            "full",
            "repeat",
            "randperm",
        ) and isinstance(argument, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp):
            yield s.swap(argument, f"float({s.of(argument)})"), argument.lineno


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def wrong_dtype(s: Source) -> Found:
    for node in s.walk(ast.Attribute):
        if s.of(node.value) in ("torch", "np") and node.attr in (
            "float32",
            "float64",
            "int64",
            "long",
            "bool",
            "uint8",
        ):
            other = "int32" if node.attr.startswith("float") else "float32"
            yield s.rename(node, other), node.lineno


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def packed_argument(s: Source) -> Found:
    for _call, argument in _arguments(s):
        if isinstance(argument, ast.Name):
            yield s.swap(argument, f"[{s.of(argument)}]"), argument.lineno


# 4 -------------------------------------------------------------------------------------------------------------------


@form(Category.EXAMPLE)
def literal_of_the_prompt(s: Source) -> Found:
    told = [
        t
        for t in re.findall(r"(?<![\w.-])\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])", s.problem.prompt)
        if float(t) not in (0, 1)
    ]
    for function in s.functions():
        parameters = {a.arg for a in [*function.args.args, *function.args.kwonlyargs]} - {"self", "cls"}
        nodes = [
            n
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and n.id in parameters and isinstance(n.ctx, ast.Load)
        ]
        s.random.shuffle(nodes)
        for node in nodes[:4]:
            if told:
                yield s.swap(node, s.random.choice(told)), node.lineno


@form(Category.EXAMPLE)
def default_instead_of_argument(s: Source) -> Found:
    for function in s.functions():
        named = function.args.args[len(function.args.args) - len(function.args.defaults) :]
        for argument, default in zip(named, function.args.defaults, strict=True):
            if (
                isinstance(default, ast.Constant)
                and type(default.value) in (int, float)
                and default.value not in (0, 1)
            ):
                for node in ast.walk(function):
                    if isinstance(node, ast.Name) and node.id == argument.arg and isinstance(node.ctx, ast.Load):
                        yield s.swap(node, repr(default.value)), node.lineno


@form(Category.EXAMPLE, None)
def size_of_the_prompt(s: Source) -> Found:
    told = [t for t in re.findall(r"(?<![\w.-])\d+(?![\w.])", s.problem.prompt) if int(t) > 1]
    for node in s.walk(ast.Subscript, ast.Call):
        if told and re.fullmatch(r"[\w.]+\.shape\[-?\d\]|[\w.]+\.size\(-?\d\)|len\([\w.]+\)", s.of(node)):
            yield s.swap(node, s.random.choice(told)), node.lineno


# 9 -------------------------------------------------------------------------------------------------------------------


def _returns(s: Source) -> Iterator[ast.Return]:
    for node in s.walk(ast.Return):
        if node.value is not None and not isinstance(node.value, ast.Constant | ast.Tuple):
            yield node


@form(Category.UNREQUESTED)
def clamped_result(s: Source) -> Found:
    for node in _returns(s):
        yield s.swap(node.value, f"({s.of(node.value)}).clamp(0.1, 0.6)"), node.lineno


@form(Category.UNREQUESTED)
def second_result(s: Source) -> Found:
    for node in _returns(s):
        yield s.swap(node.value, f"{s.of(node.value)}, {{}}"), node.lineno


@form(Category.UNREQUESTED)
def normalised_input(s: Source) -> Found:
    for function in s.functions():
        for argument in function.args.args:
            if (
                argument.annotation is not None
                and "Tensor" in s.of(argument.annotation)
                and "None" not in s.of(argument.annotation)
            ):
                first = next(x for x in function.body if not isinstance(x, ast.Expr))
                yield s.insert(
                    first, f"{argument.arg} = ({argument.arg} - {argument.arg}.mean()) / ({argument.arg}.std() + 1e-6)"
                )


@form(Category.UNREQUESTED)
def sorted_result(s: Source) -> Found:
    if not s.library:
        return
    for node in _returns(s):
        yield (
            s.swap(
                node.value,
                f"torch.sort({s.of(node.value)}).values" if s.library == "torch" else f"np.sort({s.of(node.value)})",
            ),
            node.lineno,
        )


@form(Category.UNREQUESTED)
def needless_check(s: Source) -> Found:
    for function in s.functions():
        for argument in function.args.args:
            if argument.annotation is not None and s.of(argument.annotation) in ("torch.Tensor", "Tensor"):
                first = next(x for x in function.body if not isinstance(x, ast.Expr))
                yield s.insert(first, f"assert {argument.arg}.shape[0] % 16 == 0, 'must be a multiple of 16'")


@form(Category.UNREQUESTED)
def rounded_step(s: Source) -> Found:
    if not s.library:
        return
    for block in s.blocks():
        for one, other in itertools.pairwise(block):
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                name = one.targets[0].id
                yield s.insert(other, f"{name} = {s.library}.round({name})")


# 3 -------------------------------------------------------------------------------------------------------------------


@form(Category.SILLY)
def contradiction(s: Source) -> Found:
    for node in s.walk(ast.If):
        test = s.of(node.test)
        yield s.swap(node.test, f"({test}) and not ({test})"), node.lineno


@form(Category.SILLY)
def tautology(s: Source) -> Found:
    for node in s.walk(ast.If):
        test = s.of(node.test)
        yield s.swap(node.test, s.random.choice([f"({test}) or True", f"not ({test}) or ({test})"])), node.lineno


@form(Category.SILLY)
def impossible_block(s: Source) -> Found:
    for block in s.blocks():
        for node in block:
            if isinstance(node, ast.AugAssign | ast.Expr) and not (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            ):
                lines = s.text.splitlines(keepends=True)
                body = ["    " + x for x in lines[node.lineno - 1 : node.end_lineno]]
                head = " " * node.col_offset + s.random.choice(["if 0 > 1:\n", "if False:\n", "if 1 == 2:\n"])
                yield "".join([*lines[: node.lineno - 1], head, *body, *lines[node.end_lineno :]]), node.lineno


@form(Category.SILLY)
def needless_cast(s: Source) -> Found:
    for node in _returns(s):
        casts = ["({}).int()", "({}).double()", "({}).long()"] if s.library == "torch" else ["np.float32({})"]
        new = s.random.choice([*casts, "int({})", "str({})"])
        yield s.swap(node.value, new.format(s.of(node.value))), node.lineno


@form(Category.SILLY)
def cast_step(s: Source) -> Found:
    if not s.library:
        return
    casts = ["{}.int()", "int({})", "{}.double()"] if s.library == "torch" else ["np.int64({})", "int({})"]
    for block in s.blocks():
        for one, other in itertools.pairwise(block):
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                name = one.targets[0].id
                yield s.insert(other, s.random.choice([f"{name} = {cast.format(name)}" for cast in casts]))


@form(Category.SILLY)
def repeated_step(s: Source) -> Found:
    for block in s.blocks():
        for node in block:
            if isinstance(node, ast.AugAssign):
                yield s.insert(node, s.of(node).replace("\n", " "))
            elif (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.lineno == node.end_lineno
            ) and any(isinstance(n, ast.Name) and n.id == node.targets[0].id for n in ast.walk(node.value)):
                yield s.insert(node, s.of(node))


# 5 -------------------------------------------------------------------------------------------------------------------


@form(Category.CORNER_CASE)
def removed_guard(s: Source) -> Found:
    for block in s.blocks():
        for node in block:
            if (
                isinstance(node, ast.If)
                and not node.orelse
                and isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue)
            ):
                yield s.remove(node, block), min(node.lineno, len(s.text.splitlines()) - 1)


@form(Category.CORNER_CASE, Facet.NUMERICS)
def removed_clamp(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        if (
            isinstance(f, ast.Attribute)
            and f.attr in ("clamp", "clamp_min", "clip", "nan_to_num")
            and not _module_attribute(f.value)
        ):
            yield s.swap(node, s.of(f.value)), node.lineno


@form(Category.CORNER_CASE)
def removed_maximum(s: Source) -> Found:
    for node in s.walk(ast.Call):
        if s.of(node.func) in ("max", "min") and len(node.args) == 2:
            kept = [a for a in node.args if not isinstance(a, ast.Constant)]
            if len(kept) == 1:
                yield s.swap(node, f"({s.of(kept[0])})"), node.lineno


@form(Category.CORNER_CASE)
def removed_case(s: Source) -> Found:
    for node in s.walk(ast.IfExp):
        if re.search(r"== 0|> 0|numel|len\(|is None|is not None|\b1\b", s.of(node.test)):
            yield s.swap(node, s.of(node.body)), node.lineno


@form(Category.CORNER_CASE, Facet.NUMERICS)
def removed_epsilon(s: Source) -> Found:
    for node in s.walk(ast.BinOp):
        if isinstance(node.op, ast.Add) and re.fullmatch(r"(self\.)?eps|\d*\.?\d*e-\d+", s.of(node.right)):
            yield s.swap(node, s.of(node.left)), node.lineno


# 10 ------------------------------------------------------------------------------------------------------------------

_OPERATORS = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "%", ast.Mod: "//", ast.Pow: "*"}
_COMPARISONS = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "=="}
_CONFUSED = {"mean": "sum", "sum": "mean", "max": "min", "min": "max", "argmax": "argmin", "softmax": "log_softmax",
             "log_softmax": "softmax", "floor": "ceil", "exp": "log", "log": "exp", "cumsum": "cumprod", "any": "all",
             "all": "any", "zeros": "ones", "ones": "zeros", "sqrt": "square", "amax": "amin"}  # fmt: skip


@form(Category.LOGIC)
def changed_operator(s: Source) -> Found:
    for node in s.walk(ast.BinOp):
        if type(node.op) in _OPERATORS:
            left, right = s.end(node.left), s.start(node.right)
            between = s.text[left:right]
            operator = re.search(r"\*\*|//|[-+*/%]", between)
            if operator:
                new = between[: operator.start()] + _OPERATORS[type(node.op)] + between[operator.end() :]
                yield s.text[:left] + new + s.text[right:], node.lineno


@form(Category.LOGIC)
def flipped_comparison(s: Source) -> Found:
    for node in s.walk(ast.Compare):
        if len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
            left, right = s.of(node.left), s.of(node.comparators[0])
            yield s.swap(node, f"{left} {_COMPARISONS[type(node.ops[0])]} {right}"), node.lineno


@form(Category.LOGIC, Facet.TENSOR_SHAPE)
def another_dimension(s: Source) -> Found:
    for node in s.walk(ast.keyword):
        if node.arg in DIM and re.fullmatch(r"-?\d", s.of(node.value)):
            new = {"0": "1", "1": "0", "-1": "0", "2": "1", "-2": "-1"}.get(s.of(node.value), "0")
            yield s.swap(node.value, new), node.lineno


@form(Category.LOGIC, Facet.TENSOR_SHAPE)
def another_plain_dimension(s: Source) -> Found:
    for call, argument in _arguments(s):
        f = call.func
        known = isinstance(f, ast.Attribute) and f.attr in ALONG - {"max", "min"} and argument is call.args[-1]
        if known and re.fullmatch(r"-?\d", s.of(argument)) and (len(call.args) == 2 or not _module_attribute(f.value)):
            new = {"0": "1", "1": "0", "-1": "0", "2": "1", "-2": "-1"}.get(s.of(argument), "0")
            yield s.swap(argument, new), argument.lineno


@form(Category.LOGIC)
def dropped_sign(s: Source) -> Found:
    for node in s.walk(ast.UnaryOp):
        if isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            yield s.swap(node, s.of(node.operand)), node.lineno


@form(Category.LOGIC)
def confused_function(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        if isinstance(f, ast.Attribute) and f.attr in _CONFUSED:
            yield s.rename(f, _CONFUSED[f.attr]), f.end_lineno or f.lineno


@form(Category.LOGIC)
def turned_round(s: Source) -> Found:
    for node in s.walk(ast.BinOp):
        if isinstance(node.op, ast.Sub | ast.Div):
            sign = "-" if isinstance(node.op, ast.Sub) else "/"
            yield s.swap(node, f"({s.of(node.right)}) {sign} ({s.of(node.left)})"), node.lineno


@form(Category.LOGIC)
def dropped_step(s: Source) -> Found:
    for block in s.blocks():
        for node in block:
            plain = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and "super" not in s.of(node)
            if isinstance(node, ast.AugAssign) or plain:
                yield s.remove(node, block), min(node.lineno, len(s.text.splitlines()) - 1)


@form(Category.LOGIC)
def negated_condition(s: Source) -> Found:
    for node in s.walk(ast.If):
        yield s.swap(node.test, f"not ({s.of(node.test)})"), node.lineno


# 1 -------------------------------------------------------------------------------------------------------------------


@form(Category.DEVIATES)
def another_function(s: Source) -> Found:
    for function in s.tree.body:
        if (
            isinstance(function, ast.FunctionDef)
            and function.name in s.problem.meta.entry_points
            and len(function.body) > 3
        ):
            lines = s.text.splitlines(keepends=True)
            first = function.args.args[0].arg if function.args.args else "None"
            body = s.random.choice(
                [
                    f"    return {first}\n",
                    "    raise NotImplementedError\n",
                    f"    result = [{first}]\n    return result\n",
                ]
            )
            yield (
                "".join([*lines[: function.body[0].lineno - 1], body, *lines[function.end_lineno :]]),
                function.body[0].lineno,
            )
