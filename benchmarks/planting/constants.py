"""Faults in values: constants, types of arguments, what the prompt gives written out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.planting.source import ALONG, DIM, Found, Source, arguments_of_calls, form, is_module_attribute
from deepbench_core.categories import Category, Facet

# 12 -------------------------------------------------------------------------------------------------------------------


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


# 6 --------------------------------------------------------------------------------------------------------------------


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def list_for_tensor(s: Source) -> Found:
    for call, argument in arguments_of_calls(s):
        if (
            isinstance(argument, ast.Name | ast.Attribute)
            and isinstance(call.func, ast.Attribute)
            and is_module_attribute(call.func.value)
        ):
            yield s.swap(argument, f"{s.of(argument)}.tolist()"), argument.lineno


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def text_for_number(s: Source) -> Found:
    for _, argument in arguments_of_calls(s):
        if isinstance(argument, ast.Name | ast.Attribute | ast.Subscript):
            yield s.swap(argument, f"str({s.of(argument)})"), argument.lineno


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def quoted_number(s: Source) -> Found:
    for _call, argument in arguments_of_calls(s):
        if isinstance(argument, ast.Constant) and type(argument.value) is int:
            yield s.swap(argument, repr(str(argument.value))), argument.lineno


@form(Category.ARGUMENT_TYPE, Facet.DTYPE_DEVICE)
def float_for_integer(s: Source) -> Found:
    for call, argument in arguments_of_calls(s):
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
    for _call, argument in arguments_of_calls(s):
        if isinstance(argument, ast.Name):
            yield s.swap(argument, f"[{s.of(argument)}]"), argument.lineno


# 4 --------------------------------------------------------------------------------------------------------------------


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
