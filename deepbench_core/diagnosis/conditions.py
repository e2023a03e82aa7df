"""What the rules ask about conditions: always or never true, saying the same twice, about a corner, a fallback."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator

from deepbench_core.diagnosis import trees
from deepbench_core.diagnosis.trees import word_set

BOUNDARY = word_set("""len numel size shape ndim dim nelement isempty empty isnan isfinite any all""")
_EMPTY = word_set("""float zeros zeros_like new_zeros empty empty_like new_empty list dict tuple set full full_like""")


def boundary(test: ast.AST) -> bool:
    """Whether a condition asks about a corner: emptiness, zero, one, None, NaN, a size."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(isinstance(s, ast.Constant) and s.value in (0, 1, 2, -1, 0.0, 1.0, "", None) for s in sides):
                return True
        if isinstance(node, ast.Call) and trees.called_name(node) in BOUNDARY:
            return True
        if isinstance(node, ast.Attribute) and node.attr in BOUNDARY:
            return True
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def falls_back(choice: ast.IfExp) -> bool:
    """`a / n if n else nan`: a fixed value where a number is zero or a collection is empty."""
    if not isinstance(choice.test, ast.Name | ast.Attribute | ast.Call):
        return False
    other = choice.orelse
    if isinstance(other, ast.UnaryOp):
        other = other.operand
    if isinstance(other, ast.List | ast.Tuple | ast.Dict):
        return not any(isinstance(node, ast.Name) for node in ast.walk(other))
    if isinstance(other, ast.Attribute):
        return other.attr in ("nan", "inf")
    return isinstance(other, ast.Constant) or (isinstance(other, ast.Call) and trees.called_name(other) in _EMPTY)


def repeats(test: ast.expr) -> bool:
    """`a and a`, `x > 0 and x > 0`."""
    key = trees.Keys()
    if isinstance(test, ast.BoolOp):
        keys = [key(v) for v in test.values]
        return len(set(keys)) < len(keys)
    return False


def decides_nothing(statement: ast.AST | None) -> bool:
    """Whether a choice or an index in a statement is always or never true: `x if x > x else 1`, `x[x > x]`."""
    for node in ast.walk(statement) if statement is not None else ():
        if isinstance(node, ast.IfExp) and trivial_condition(node.test):
            return True
        chosen = node.slice if isinstance(node, ast.Subscript) else None
        if isinstance(chosen, ast.Compare) and not isinstance(chosen.ops[0], ast.NotEq) and trivial_condition(chosen):
            return True
    return False


def trivial_condition(test: ast.AST | None) -> bool:
    """A condition that is always or never true, whatever its input: constants, `a and not a`, `x < 0 and x > 0`."""
    if test is None:
        return False
    if isinstance(test, ast.Constant):
        return True
    key = trees.Keys()
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return trivial_condition(test.operand)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        return key(left) == key(right) or (isinstance(left, ast.Constant) and isinstance(right, ast.Constant))
    if isinstance(test, ast.BoolOp):
        if any(isinstance(v, ast.Constant) or trivial_condition(v) for v in test.values):
            return True
        parts, conjunction = test.values, isinstance(test.op, ast.And)
    elif isinstance(test, ast.Compare):
        parts, conjunction = list(_links(test)), True
    else:
        return False
    return any(
        excludes(one, other, key, conjunction=conjunction) for i, one in enumerate(parts) for other in parts[i + 1 :]
    )


def _links(test: ast.Compare) -> Iterator[ast.expr]:
    """`a < b < c` as `a < b` and `b < c`."""
    sides = [test.left, *test.comparators]
    for left, operator, right in zip(sides, test.ops, sides[1:], strict=False):
        yield ast.Compare(left=left, ops=[operator], comparators=[right])


_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
    ast.Is: ast.Is, ast.IsNot: ast.IsNot,
}  # fmt: skip


def excludes(one: ast.expr, other: ast.expr, key: trees.Keys, *, conjunction: bool) -> bool:
    """Whether the two can't both be true (in `and`), or can't both be false (in `or`)."""
    for a, b in ((one, other), (other, one)):
        if isinstance(a, ast.UnaryOp) and isinstance(a.op, ast.Not) and key(a.operand) == key(b):
            return True
        if conjunction and (name := _is_none(a)) and _looks_into(b, name, key):
            return True
    if not (isinstance(one, ast.Compare) and isinstance(other, ast.Compare)):
        return False
    if len(one.ops) != 1 or len(other.ops) != 1:
        return False
    first, second = _oriented(one), _oriented(other)
    if key(first[0]) == key(second[2]) and key(first[2]) == key(second[0]) and second[1] in _FLIPPED:
        second = (second[2], _FLIPPED[second[1]], second[0])
    if key(first[0]) != key(second[0]):
        return False
    operators = [first[1], second[1]]
    if not conjunction:  # both false is both negations true
        operators = [_NEGATED[operator] for operator in operators]
    if key(first[2]) == key(second[2]):
        return operators[1] is _NEGATED[operators[0]] or _apart(operators, [0.0, 0.0])
    if all(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (first[2], second[2])):
        return operators == [ast.Eq, ast.Eq]
    numbers = [number for side in (first[2], second[2]) if (number := plain_number(side)) is not None]
    return len(numbers) == 2 and _apart(operators, numbers)


def _is_none(test: ast.expr) -> ast.expr | None:
    """What `test` says is None."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Is | ast.Eq):
        right = test.comparators[0]
        return test.left if isinstance(right, ast.Constant) and right.value is None else None
    return None


def _looks_into(test: ast.expr, name: ast.expr, key: trees.Keys) -> bool:
    """Whether `test` reads an attribute or an item of what another part of the condition says is None."""
    wanted = key(name)
    return any(isinstance(n, ast.Attribute | ast.Subscript) and key(n.value) == wanted for n in ast.walk(test))


def _oriented(test: ast.Compare) -> tuple[ast.expr, type[ast.cmpop], ast.expr]:
    """Left, operator, right, with a number on the right."""
    left, operator, right = test.left, type(test.ops[0]), test.comparators[0]
    if plain_number(left) is not None and plain_number(right) is None and operator in _FLIPPED:
        return right, _FLIPPED[operator], left
    return left, operator, right


def _apart(operators: list[type[ast.cmpop]], numbers: list[float]) -> bool:
    """Whether no number fulfils both comparisons."""
    low, high, closed = -math.inf, math.inf, True
    for operator, number in zip(operators, numbers, strict=True):
        if operator not in (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq):
            return False
        if operator in (ast.Gt, ast.GtE, ast.Eq):
            low = max(low, number)
        if operator in (ast.Lt, ast.LtE, ast.Eq):
            high = min(high, number)
    if low == high:
        at = [op for op, number in zip(operators, numbers, strict=True) if number == low]
        closed = not any(op in (ast.Lt, ast.Gt) for op in at)
    return low > high or (low == high and not closed)


def plain_number(node: ast.AST | None) -> float | None:
    """The value of a number that stands there as such, with its sign."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = plain_number(node.operand)
        return None if value is None else -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value) if abs(node.value) < 1e300 else None
    return None
