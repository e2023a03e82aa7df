"""Faults in what is done: steps that nobody asked for, needless ones, missing cases."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from benchmarks.planting.source import Found, Source, form, is_module_attribute
from deepbench_core.categories import Category, Facet

# 9 --------------------------------------------------------------------------------------------------------------------


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


# 3 --------------------------------------------------------------------------------------------------------------------


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


# 5 --------------------------------------------------------------------------------------------------------------------


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
            and not is_module_attribute(f.value)
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
