"""What the rules ask about nodes of the two trees: is it a literal, a conversion, a step taken twice, an axis?"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from deepbench_core.categories import Category
from deepbench_core.diagnosis import trees
from deepbench_core.diagnosis.conditions import plain_number
from deepbench_core.diagnosis.names import Index
from deepbench_core.diagnosis.steps import Difference
from deepbench_core.diagnosis.trees import word_set

DIM_WORDS = word_set("""dim axis dims axes dim0 dim1 start_dim end_dim axis0 axis1 source destination normalized_dim""")
# Methods and functions whose plain integer arguments say along which dimension; the tensor itself comes first in the
# function's form.
ALONG = word_set(
    """sum mean prod std var median mode amax amin max min argmax argmin softmax log_softmax logsumexp cumsum cumprod
    norm squeeze unsqueeze transpose permute swapaxes swapdims movedim moveaxis flatten unflatten cat concat
    concatenate stack gather scatter scatter_ scatter_add scatter_add_ index_select index_add index_add_ select
    narrow chunk split unbind sort argsort any all size flip fliplr roll diff expand_dims repeat_interleave topk
    count_nonzero normalize nansum nanmean take_along_dim take_along_axis tensordot cross hstack glu unfold"""
)
CASTS = word_set(
    """int float str bool list tuple set dict complex array asarray tensor as_tensor from_numpy item tolist numpy long
    double half bfloat16 short byte type astype to int64 float32 float64 int32 float16 float_ int_ bool_ view_as
    type_as ndarray LongTensor FloatTensor Tensor repr bytes encode decode round_ cpu cuda"""
)

# Where they take something else first: `x.split(3, 1)`, `x.roll(2, 0)`; and where only the first says along what.
PLACE = {"split": 1, "chunk": 1, "roll": 1, "topk": 1, "repeat_interleave": 1, "diff": 1, "norm": 1, "normalize": 1}
PLACE |= {"narrow": 0, "select": 0, "unfold": 0, "index_select": 0, "gather": 0, "index_add": 0, "index_add_": 0}


@dataclass(frozen=True)
class Ground:
    """What a difference is judged against."""

    tree: ast.Module
    reference: ast.Module
    prompt_literals: frozenset[str]  # of numbers and texts that the prompt mentions
    index: Index
    imported: dict[str, str]

    @cached_property
    def own(self) -> frozenset[str]:
        """Names of everything the code or the reference binds."""
        return frozenset(trees.stored_names(self.tree) | trees.stored_names(self.reference))


def missing_attribute(name: str, called: bool, there: Iterable[str]) -> tuple[Category, str]:
    """The category of an attribute that does not exist: a slip of one that does, something read, or invented."""
    close = slip_of(name, there)
    if close:
        return Category.ATTRIBUTE, f"a slip of `{close}`"
    return (Category.HALLUCINATED, "exists nowhere") if called else (Category.ATTRIBUTE, "no such attribute")


def is_along(d: Difference) -> bool:
    """Whether the literal says along which dimension: `dim=`, `x.sum(0)`, `x.shape[1]`."""
    inner: ast.AST | None = d.ours
    for node in d.chain:
        if isinstance(node, ast.UnaryOp | ast.Tuple | ast.List):
            inner = node
            continue
        if isinstance(node, ast.keyword):
            return (node.arg or "") in DIM_WORDS
        if isinstance(node, ast.Call):
            name = trees.called_name(node)
            if name not in ALONG or inner is node.func:
                return False
            if inner not in node.args:
                return False
            is_method = isinstance(node.func, ast.Attribute) and not is_module(node.func.value)
            place = node.args.index(inner)
            if isinstance(node.func, ast.Name) and hasattr(builtins, name):
                return False  # `max(n, 1)`
            place -= 0 if is_method else 1  # counted without the tensor itself
            return place == PLACE[name] if name in PLACE else place >= 0
        if isinstance(node, ast.Subscript):
            return inner is node.slice and isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
        if isinstance(node, ast.arguments):
            return False
        return False
    return False


def literals(node: ast.AST) -> Iterator[str]:
    """Texts of all literals below, as `prompt_literals` has them."""
    for below in ast.walk(node):
        if isinstance(below, ast.Constant) and not isinstance(below.value, bool | type(None) | type(...)):
            yield literal_text(below.value)


def literal_text(value: object) -> str:
    """One spelling for equal numbers: `8`, `8.0` and `8e0` are the same."""
    if isinstance(value, int | float):
        return repr(float(value)) if abs(value) < 1e300 else repr(value)
    return str(value)


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a block ends by leaving what is around it."""
    rest = trees.statements(body)
    return bool(rest) and isinstance(rest[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def slip_of(name: str, there: Iterable[str]) -> str:
    """The existing name that `name` is a slip of: two letters apart, or the same but for underscores and case."""
    plain, letters = name.replace("_", "").lower(), set(name)
    best = ("", 3)
    for other in there:
        if other == name or abs(len(other) - len(name)) > 2:
            continue
        if other.replace("_", "").lower() == plain:
            return other
        if len(letters.symmetric_difference(other)) > 4:
            continue
        shorter, longer = sorted((name, other), key=len)
        if len(longer) - len(shorter) == 2 and longer.startswith(shorter):
            continue  # `clamped` is made up, not mistyped
        apart = distance(name, other, best[1])
        if apart < best[1] and apart <= (2 if len(name) > 5 else 1):
            best = other, apart
    return best[0]


def distance(one: str, other: str, limit: int = 3) -> int:
    """Edits between two words (a swap of neighbours is one), at most `limit`."""
    if abs(len(one) - len(other)) >= limit:
        return limit
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) >= limit:
            return limit
    return min(row[-1], limit)


def is_test(d: Difference) -> bool:
    """Whether the difference is (a part of) a condition."""
    inner = d.ours
    for node in d.chain:
        if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
            return node.test is inner
        if not isinstance(node, ast.BoolOp | ast.UnaryOp):
            return False
        inner = node
    return False


def is_cast(outer: ast.expr, inner: ast.expr) -> bool:
    """Whether `outer` is `inner` turned into another type: `int(x)`, `x.tolist()`, `np.asarray(x)`, `[x]`."""
    key = trees.Keys()
    if not isinstance(outer, ast.Call) or trees.called_name(outer) not in CASTS:
        return False
    wanted = key(inner)
    node: ast.expr = outer
    while isinstance(node, ast.Call) and trees.called_name(node) in CASTS:
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if receiver is not None and not is_module(receiver):
            node = receiver
        elif node.args:
            node = node.args[0]
        else:
            return False
        if key(node) == wanted:
            return True
    return False


def is_module(node: ast.expr) -> bool:
    name = trees.dotted(node)
    return name in {"torch", "np", "numpy", "F", "nn", "math", "functional", "pd", "pandas"} or name.startswith(
        ("torch.", "np.", "numpy.", "scipy.", "sklearn.")
    )


def stands_in_call(d: Difference) -> bool:
    """Whether the expression is handed to a call, an index or an operator, rather than assigned or returned."""
    for node in d.chain:
        if isinstance(node, ast.keyword):
            continue
        if isinstance(node, ast.Call | ast.Subscript | ast.Starred | ast.For):
            return not (isinstance(node, ast.For) and d.slot != "iter")
        if isinstance(node, ast.Tuple | ast.List | ast.UnaryOp | ast.Slice | ast.Attribute):
            continue
        return False
    return False


def is_returned(d: Difference) -> bool:
    return bool(d.chain) and isinstance(d.chain[0], ast.Return)


def twice(outer: ast.Call, inner: ast.expr) -> bool:
    """`f(f(x))` where `f(x)` was asked for."""
    return isinstance(inner, ast.Call) and trees.Keys()(outer.func) == trees.Keys()(inner.func)


def repeats_step(node: ast.AST | None, before: ast.stmt | None) -> bool:
    """`x = f(x)` right after `x = f(…)`."""
    if not isinstance(node, ast.Assign) or not isinstance(before, ast.Assign) or not renews(node):
        return False
    ours, theirs = node.value, before.value
    key = trees.Keys()
    if (
        not isinstance(ours, ast.Call)
        or not isinstance(theirs, ast.Call)
        or key(node.targets[0]) != key(before.targets[0])
    ):
        return False
    if isinstance(ours.func, ast.Attribute) and isinstance(theirs.func, ast.Attribute):
        same_place = key(ours.func) == key(theirs.func) or trees.dotted(ours.func.value) == trees.dotted(
            node.targets[0]
        )
        return same_place and ours.func.attr == theirs.func.attr
    return key(ours.func) == key(theirs.func)


def is_literal(node: ast.AST | None) -> bool:
    if isinstance(node, ast.UnaryOp):
        return is_literal(node.operand)
    if isinstance(node, ast.Tuple | ast.List):
        return bool(node.elts) and all(is_literal(e) for e in node.elts)
    if isinstance(node, ast.Call) and trees.called_name(node) in ("tensor", "array", "asarray", "as_tensor"):
        return bool(node.args) and is_literal(node.args[0])
    return isinstance(node, ast.Constant)


def at_least_zero(node: ast.AST | None) -> bool:
    """`max(0, n)`: an amount that is nothing at all as long as the input is ordinary."""
    return (
        isinstance(node, ast.Call)
        and trees.called_name(node) in ("max", "maximum")
        and any(plain_number(argument) == 0 for argument in node.args)
    )


def sifts(node: ast.Subscript) -> bool:
    """`x[~np.isnan(x)]`: what no sum may meet is taken out."""
    return any(
        isinstance(n, ast.Call) and trees.called_name(n) in ("isnan", "isfinite", "isinf", "notna", "isna", "notnull")
        for n in ast.walk(node.slice)
    )


def sets_another_value(node: ast.AST | None) -> bool:
    """`ddof=1`: a keyword with a literal, and not one that says along what or how to reduce."""
    return (
        isinstance(node, ast.keyword)
        and (node.arg or "") not in DIM_WORDS | {"keepdim", "keepdims", "reduction", "average"}
        and is_literal(node.value)
        and not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
    )


def holds_more(ours: ast.Dict, theirs: ast.Dict) -> bool:
    """Whether a dict has all entries of another one, and further ones."""
    key = trees.Keys()
    pairs = [
        {(key(k) if k is not None else "**", key(v)) for k, v in zip(d.keys, d.values, strict=True)}
        for d in (ours, theirs)
    ]
    return pairs[0] > pairs[1]


def negated(theirs: ast.AST | None, ours: ast.AST | None) -> bool:
    one, other = plain_number(theirs), plain_number(ours)
    return one is not None and other is not None and one == -other and one != 0


def sort(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if value is None:
        return "none"
    return "number" if isinstance(value, int | float | complex) else type(value).__name__


def is_tiny(node: ast.AST) -> bool:
    number = plain_number(node)
    name = trees.dotted(node).rpartition(".")[2].lower()
    return (number is not None and 0 < abs(number) <= 1e-3) or name in ("eps", "epsilon", "tiny", "smooth")


def siblings(d: Difference) -> list[ast.stmt]:
    parent = d.chain[0] if d.chain else None
    block = getattr(parent, d.slot, None) if parent is not None else None
    return [s for s in block if isinstance(s, ast.stmt)] if isinstance(block, list) else []


def renews(node: ast.AST | None) -> bool:
    """Whether a statement gives a name a new value made from its old one."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    target = trees.dotted(node.targets[0])
    return bool(target) and any(trees.dotted(e) == target for e in trees.expressions(node.value))


def converts_target(node: ast.Assign) -> bool:
    target = trees.dotted(node.targets[0]) if len(node.targets) == 1 else ""
    if not target or not isinstance(node.value, ast.Call):
        return False
    return any(trees.dotted(e) == target and is_cast(node.value, e) for e in trees.expressions(node.value))


def answers_by_heart(node: ast.If, ground: Ground) -> bool:
    """`if x == <value of the prompt>: return <literal>`."""
    returned = [s.value for s in node.body if isinstance(s, ast.Return) and s.value is not None]
    by_test = told(node.test, ground)
    return bool(returned) and (by_test or any(told(v, ground) for v in returned)) and all(map(is_literal, returned))


def told(node: ast.AST, ground: Ground) -> bool:
    found = list(literals(node))
    return bool(found) and all(text in ground.prompt_literals for text in found)


def missing_callee(call: ast.Call, ground: Ground) -> tuple[Category, str] | None:
    """What is called exists nowhere, as far as the index can tell."""
    name = trees.dotted(call.func)
    full = ground.index.resolve(name, ground.imported) if name else ""
    if full and ground.index.find(full) is None:
        return missing_attribute(full.rpartition(".")[2], True, ground.index.names(full.rpartition(".")[0]))
    if isinstance(call.func, ast.Name) and call.func.id not in ground.own and not hasattr(builtins, call.func.id):
        return Category.HALLUCINATED, "calls what nobody defines"
    return None
