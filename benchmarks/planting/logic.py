"""Faults in how it is done: arithmetic, order and conditions; and an answer to something else."""

from __future__ import annotations

import ast
import re

from benchmarks.planting.source import ALONG, DIM, Found, Source, arguments_of_calls, form, is_module_attribute
from deepbench_core.categories import Category, Facet

# 10 -------------------------------------------------------------------------------------------------------------------

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
    for call, argument in arguments_of_calls(s):
        f = call.func
        known = isinstance(f, ast.Attribute) and f.attr in ALONG - {"max", "min"} and argument is call.args[-1]
        if (
            known
            and re.fullmatch(r"-?\d", s.of(argument))
            and (len(call.args) == 2 or not is_module_attribute(f.value))
        ):
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


# 1 --------------------------------------------------------------------------------------------------------------------


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
