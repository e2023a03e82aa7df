"""Which category one difference between code and reference belongs to, and why.

The answers to the procedure's questions about differences ("is it a literal?", "does it say along what?", "is a guard
gone?") as functions of the two syntax trees.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from deepbench_core.categories import Category
from deepbench_core.diagnosis import asking, conditions, trees
from deepbench_core.diagnosis.asking import Ground
from deepbench_core.diagnosis.steps import Difference, Kind
from deepbench_core.diagnosis.trees import word_set

_GUARDS = word_set(
    """clamp clamp_ clamp_min clamp_max clip max min maximum minimum nan_to_num where masked_fill masked_fill_ isfinite
    isnan nansum nanmean tiny finfo eps log1p expm1 logsumexp"""
)
_TYPES = word_set("""int float str bool list tuple complex""")
_REDUCTIONS = frozenset({"mean", "sum", "none", "batchmean"})
_DTYPES = word_set(
    """float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 bool half float double int long short complex64
    complex128 bool_ float_ int_ intp"""
)


def category(difference: Difference, ground: Ground) -> tuple[Category, str]:
    """The category of one difference, and the reason in a few words."""
    return _RULES[difference.kind](difference, ground)


# One rule for each kind of difference --------------------------------------------------------------------------------


def _name(d: Difference, ground: Ground) -> tuple[Category, str]:
    assert isinstance(d.theirs, ast.Name)
    assert isinstance(d.ours, ast.Name)
    if {d.ours.id, d.theirs.id} <= _TYPES:
        return Category.ARGUMENT_TYPE, "another type"
    if d.slot == "func":
        if d.ours.id in ground.own:
            both = {d.ours.id, d.theirs.id} <= ground.imported.keys()
            return (Category.LOGIC, "another function") if both else (Category.REFERENCE, "another name of the code")
        import builtins

        if hasattr(builtins, d.ours.id):
            return Category.LOGIC, "another function"
        return Category.HALLUCINATED, "calls what nobody defines"
    return Category.REFERENCE, "another variable"


def _constant(d: Difference, ground: Ground) -> tuple[Category, str]:
    theirs, ours = getattr(d.theirs, "value", None), getattr(d.ours, "value", None)
    kinds = {asking.sort(theirs), asking.sort(ours)}
    if len(kinds) > 1 and "bool" not in kinds:
        if "none" in kinds:
            return Category.CONSTANT, "another literal"
        return Category.ARGUMENT_TYPE, "a literal of another type"
    if asking.is_along(d):
        return Category.LOGIC, "another dimension"
    if isinstance(theirs, str) and isinstance(ours, str):
        if {theirs, ours} <= _REDUCTIONS:
            return Category.LOGIC, "another reduction"
        if {theirs, ours} <= _DTYPES:
            return Category.ARGUMENT_TYPE, "another dtype"
    if type(theirs) is not type(ours) and theirs == ours:
        return Category.ARGUMENT_TYPE, "the same number as another type"
    if asking.negated(d.theirs, d.ours):
        return Category.LOGIC, "the other sign"
    return Category.CONSTANT, "another literal"


def _attribute(d: Difference, ground: Ground) -> tuple[Category, str]:
    assert isinstance(d.theirs, ast.Attribute)
    assert isinstance(d.ours, ast.Attribute)
    name = trees.dotted(d.ours)
    full = ground.index.resolve(name, ground.imported)
    called = d.slot == "func"
    if d.ours.attr in _DTYPES and d.theirs.attr in _DTYPES:
        return Category.ARGUMENT_TYPE, "another dtype"
    if called and d.ours.attr in asking.CASTS and d.theirs.attr in asking.CASTS:
        return Category.ARGUMENT_TYPE, "another conversion"
    if full and ground.index.find(full) is None:
        return asking.missing_attribute(d.ours.attr, called, ground.index.names(full.rpartition(".")[0]))
    of_self = isinstance(d.ours.value, ast.Name) and d.ours.value.id in ("self", "cls")
    if called:
        if of_self:
            return Category.REFERENCE, "another method of the class"
        if not full and d.ours.attr not in ground.index.everything and ground.index.everything:
            return asking.missing_attribute(d.ours.attr, called, ground.index.everything)
        return Category.LOGIC, "another function"
    return Category.ATTRIBUTE, "another attribute"


def _operator(d: Difference, ground: Ground) -> tuple[Category, str]:
    if isinstance(d.theirs, ast.boolop) and conditions.trivial_condition(d.chain[0] if d.chain else None):
        return Category.SILLY, "a condition that is always or never true"
    return Category.LOGIC, "another operator"


def _wrapped(d: Difference, ground: Ground) -> tuple[Category, str]:
    """Something stands around what the reference has."""
    ours, theirs = d.ours, d.theirs
    assert isinstance(ours, ast.expr)
    assert isinstance(theirs, ast.expr)
    key = trees.Keys()
    while isinstance(ours, ast.Attribute | ast.Subscript) and key(ours.value) != key(theirs):
        ours = ours.value  # `sort(x).values`, `max(x)[0]`: what matters is the call inside
    if isinstance(ours, ast.BoolOp) or asking.is_test(d):
        if conditions.trivial_condition(ours):
            return Category.SILLY, "a condition that is always or never true"
        if isinstance(ours, ast.UnaryOp):
            return Category.LOGIC, "the condition is turned round"
        return (
            (Category.SILLY, "a redundant condition")
            if conditions.repeats(ours)
            else (Category.LOGIC, "a further condition")
        )
    if isinstance(ours, ast.Call) and (found := asking.missing_callee(ours, ground)):
        return found
    if asking.is_cast(ours, theirs):
        if asking.stands_in_call(d):
            return Category.ARGUMENT_TYPE, "an argument of another type"
        return Category.SILLY, "a conversion that nothing asks for"
    if isinstance(ours, ast.Tuple | ast.List | ast.Dict) and asking.is_returned(d):
        return Category.UNREQUESTED, "returns more than was asked"
    if isinstance(ours, ast.List | ast.Tuple | ast.Set | ast.Dict):
        return Category.ARGUMENT_TYPE, "packed into a container"
    if isinstance(ours, ast.UnaryOp):
        return Category.LOGIC, "the other sign"
    if isinstance(ours, ast.BinOp):
        other = ours.right if key(ours.left) == key(theirs) else ours.left
        repeated = {key(e) for e in trees.expressions(other)} & {key(e) for e in trees.expressions(theirs)}
        if repeated and any(isinstance(n, ast.Call) for n in ast.walk(other)):
            return Category.UNREQUESTED, "normalises what should stay"
        if conditions.plain_number(other) is None and not isinstance(other, ast.Name):
            return Category.UNREQUESTED, "a further term"
        return Category.LOGIC, "further arithmetic"
    if isinstance(ours, ast.IfExp):
        if conditions.trivial_condition(ours.test):
            return Category.SILLY, "a condition that is always or never true"
        return Category.UNREQUESTED, "a further case"
    if isinstance(ours, ast.Call):
        if asking.twice(ours, theirs):
            return Category.SILLY, "a repeated step"
        return Category.UNREQUESTED, "a further step"
    if isinstance(ours, ast.Attribute):
        return Category.ATTRIBUTE, "reads a further attribute"
    return Category.LOGIC, "indexed further" if isinstance(ours, ast.Subscript) else "something around it"


def _unwrapped(d: Difference, ground: Ground) -> tuple[Category, str]:
    """Something that the reference has around it is gone."""
    theirs, ours = d.theirs, d.ours
    assert isinstance(theirs, ast.expr)
    assert isinstance(ours, ast.expr)
    if isinstance(theirs, ast.Call):
        name = trees.called_name(theirs)
        if asking.is_cast(theirs, ours):
            return Category.ARGUMENT_TYPE, "not converted"
        if name in _GUARDS:
            return Category.CORNER_CASE, f"without the guard `{name}`"
    if isinstance(theirs, ast.BinOp) and isinstance(theirs.op, ast.Add | ast.Sub):
        other = theirs.left if trees.Keys()(theirs.right) == trees.Keys()(ours) else theirs.right
        if asking.is_tiny(other):
            return Category.CORNER_CASE, "without the small number that keeps it finite"
    if isinstance(theirs, ast.IfExp) and (conditions.boundary(theirs.test) or conditions.falls_back(theirs)):
        return Category.CORNER_CASE, "without the case of a corner"
    if isinstance(theirs, ast.BoolOp):
        return Category.CORNER_CASE, "a part of the condition is gone"
    if isinstance(theirs, ast.List | ast.Tuple) and not asking.is_returned(d):
        return Category.ARGUMENT_TYPE, "not packed into a container"
    if asking.is_along(d) and isinstance(theirs, ast.UnaryOp):
        return Category.LOGIC, "another dimension"
    if isinstance(theirs, ast.UnaryOp) and isinstance(theirs.op, ast.USub):
        return Category.LOGIC, "the other sign"
    return Category.LOGIC, "a step is left out"


def _expression(d: Difference, ground: Ground) -> tuple[Category, str]:
    theirs, ours = d.theirs, d.ours
    if (
        ours is not None
        and theirs is not None
        and conditions.plain_number(theirs) is not None
        and conditions.plain_number(ours) is not None
    ):
        return _number(d)
    if asking.is_literal(ours) and theirs is not None and not asking.is_literal(theirs):
        return _literal(d, ground)
    if asking.is_test(d) and isinstance(ours, ast.expr) and conditions.trivial_condition(ours):
        return Category.SILLY, "a condition that is always or never true"
    if isinstance(ours, ast.Compare) and isinstance(theirs, ast.Compare):
        return Category.LOGIC, "another comparison"
    if isinstance(ours, ast.Call) and isinstance(theirs, ast.expr):
        found = asking.missing_callee(ours, ground)
        if found:
            return found
        if asking.is_cast(ours, theirs) and not isinstance(theirs, ast.Call):
            return (Category.ARGUMENT_TYPE if asking.stands_in_call(d) else Category.SILLY), "a conversion"
    if isinstance(ours, ast.List | ast.Tuple) and isinstance(theirs, ast.List | ast.Tuple):
        if len(ours.elts) > len(theirs.elts) and asking.is_returned(d):
            return Category.UNREQUESTED, "returns more than was asked"
        if len(ours.elts) == len(theirs.elts):
            return Category.ARGUMENT_TYPE, "another container"
    if isinstance(ours, ast.Dict) and isinstance(theirs, ast.Dict) and asking.holds_more(ours, theirs):
        return Category.UNREQUESTED, "returns more than was asked"
    if isinstance(ours, ast.Name) and isinstance(theirs, ast.Attribute | ast.Subscript) and not asking.is_test(d):
        return Category.REFERENCE, "another name"
    if isinstance(ours, ast.Attribute) and isinstance(theirs, ast.Name):
        return Category.REFERENCE, "another name"
    if isinstance(ours, ast.Subscript) and isinstance(theirs, ast.Attribute):
        return Category.ATTRIBUTE, "another attribute"
    if isinstance(theirs, ast.Call) and isinstance(ours, ast.Attribute) and trees.called_name(theirs) == ours.attr:
        return Category.ATTRIBUTE, "read instead of called"
    return Category.LOGIC, "computed otherwise"


def _literal(d: Difference, ground: Ground) -> tuple[Category, str]:
    """A literal stands where the reference computes from its input."""
    assert d.ours is not None
    told = [literal for literal in asking.literals(d.ours) if literal in ground.prompt_literals]
    if asking.is_test(d) and not told:
        return Category.SILLY, "a condition that is always or never true"
    number = conditions.plain_number(d.ours)
    wanted = d.theirs
    if told and len(told) == len(list(asking.literals(d.ours))):
        return Category.EXAMPLE, "a value of the prompt instead of the input"
    if isinstance(d.ours, ast.Constant) and d.ours.value is None:
        return Category.LOGIC, "nothing instead of a value"
    if isinstance(d.ours, ast.Constant) and isinstance(d.ours.value, str):
        return Category.ARGUMENT_TYPE, "a text instead of a value"
    if number is not None and isinstance(wanted, ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.BinOp):
        return Category.CONSTANT, "a literal instead of a value"
    return Category.LOGIC, "a literal instead of a value"


def _number(d: Difference) -> tuple[Category, str]:
    if asking.is_along(d):
        return Category.LOGIC, "another dimension"
    if asking.negated(d.theirs, d.ours):
        return Category.LOGIC, "the other sign"
    return Category.CONSTANT, "another literal"


def _argument_missing(d: Difference, ground: Ground) -> tuple[Category, str]:
    word = d.theirs.arg if isinstance(d.theirs, ast.keyword) else ""
    if word in ("dtype", "device"):
        return Category.ARGUMENT_TYPE, f"without `{word}`"
    if word in ("eps", "min", "max", "nan", "posinf", "neginf", "default", "initial"):
        return Category.CORNER_CASE, f"without `{word}`"
    return Category.LOGIC, f"without `{word}`" if word else "an argument is left out"


def _argument_extra(d: Difference, ground: Ground) -> tuple[Category, str]:
    word = d.ours.arg if isinstance(d.ours, ast.keyword) else ""
    call = next((n for n in d.chain if isinstance(n, ast.Call)), None)
    if word and call is not None:
        full = ground.index.resolve(trees.dotted(call.func), ground.imported)
        known = ground.index.find(full) if full else "unknown"
        if known != "unknown" and known is not None and known.parameters is not None:
            takes = {p.lstrip("*") for p in known.parameters}
            if word not in takes and not any(p.startswith("**") for p in known.parameters):
                return Category.ARGUMENT_TYPE, f"`{trees.dotted(call.func)}` takes no `{word}`"
    if word in ("dtype", "device"):
        return Category.ARGUMENT_TYPE, f"a `{word}` that was not asked for"
    if word and asking.sets_another_value(d.ours):
        return Category.CONSTANT, "another literal than the default"
    return Category.LOGIC, "a further argument"


def _missing(d: Difference, ground: Ground) -> tuple[Category, str]:
    node = d.theirs
    if isinstance(node, ast.If) and (asking.leaves(node.body) or conditions.boundary(node.test)):
        return Category.CORNER_CASE, "the guard is gone"
    if isinstance(node, ast.Raise | ast.Assert):
        return Category.CORNER_CASE, "the check is gone"
    parent = d.chain[0] if d.chain else None
    if isinstance(parent, ast.If) and d.slot == "orelse" and conditions.boundary(parent.test):
        return Category.CORNER_CASE, "the other case is gone"
    value = getattr(node, "value", None)
    guards = isinstance(value, ast.Call) and trees.called_name(value) in _GUARDS
    if asking.renews(node) and isinstance(value, ast.Subscript) and asking.sifts(value):
        return Category.CORNER_CASE, "what is not a number is not left out"
    if guards and (isinstance(node, ast.Expr) or asking.renews(node) or asking.at_least_zero(value)):
        return Category.CORNER_CASE, "the guard is gone"
    return Category.LOGIC, "a step is left out"


def _extra(d: Difference, ground: Ground) -> tuple[Category, str]:
    node = d.ours
    key = trees.Keys()
    siblings = asking.siblings(d)
    if isinstance(node, ast.If):
        if conditions.trivial_condition(node.test):
            return Category.SILLY, "a condition that is always or never true"
        if asking.answers_by_heart(node, ground):
            return Category.EXAMPLE, "answers a value of the prompt"
        return Category.UNREQUESTED, "a case that nobody asked for"
    place = siblings.index(node) if node in siblings else 0
    if sum(key(s) == key(node) for s in siblings if node is not None) > 1 or (
        place and asking.repeats_step(node, siblings[place - 1])
    ):
        return Category.SILLY, "a repeated step"
    if conditions.decides_nothing(node):
        return Category.SILLY, "a condition that is always or never true"
    if isinstance(node, ast.Assign):
        if len(node.targets) == 1 and key(node.targets[0]) == key(node.value).replace("Load", "Store"):
            return Category.SILLY, "assigns to itself"
        if isinstance(node.value, ast.Call) and asking.converts_target(node):
            return Category.SILLY, "a conversion that nothing asks for"
        if asking.is_literal(node.value) and isinstance(node.targets[0], ast.Name):
            return _overwritten(node.targets[0].id, node.value, d, ground)
        target = trees.short(node.targets[0])
        if not any(target in trees.loaded_names(s) for s in siblings if s is not node):
            return Category.UNREQUESTED, "a further step"
    if isinstance(node, ast.Return) and node is not (siblings[-1] if siblings else None):
        if node.value is not None and asking.is_literal(node.value) and asking.told(node.value, ground):
            return Category.EXAMPLE, "answers a value of the prompt"
        return Category.LOGIC, "ends too early"
    if isinstance(node, ast.Assert):
        return Category.UNREQUESTED, "a check that nobody asked for"
    return Category.UNREQUESTED, "a further step"


def _overwritten(name: str, value: ast.expr, d: Difference, ground: Ground) -> tuple[Category, str]:
    """A literal is assigned to a name; a parameter that is overwritten leans on something else than its input."""
    functions = [n for n in d.chain if isinstance(n, trees.Function)]
    if any(name in trees.parameters(f) for f in functions) or name in ground.own:
        if asking.told(value, ground):
            return Category.EXAMPLE, "a value of the prompt instead of the input"
        return Category.CONSTANT, "a literal instead of the input"
    return Category.UNREQUESTED, "a further step"


def _statement(d: Difference, ground: Ground) -> tuple[Category, str]:
    theirs, ours = d.theirs, d.ours
    if isinstance(ours, ast.Pass) and isinstance(theirs, ast.If | ast.Raise | ast.Assert):
        return _missing(d, ground)
    if isinstance(ours, ast.Return) and isinstance(theirs, ast.Return) and ours.value is not None:
        return Category.LOGIC, "returns something else"
    if isinstance(theirs, ast.Raise) or (isinstance(theirs, ast.If) and not isinstance(ours, ast.If)):
        return Category.CORNER_CASE, "the check is gone"
    return Category.LOGIC, "done otherwise"


def _condition_added(d: Difference, ground: Ground) -> tuple[Category, str]:
    if isinstance(d.ours, ast.If):
        if conditions.trivial_condition(d.ours.test) or conditions.repeats(d.ours.test):
            return Category.SILLY, "a condition that is always or never true"
        return Category.LOGIC, "only under a condition"
    return Category.LOGIC, "inside a block that the reference lacks"


def _condition_removed(d: Difference, ground: Ground) -> tuple[Category, str]:
    if isinstance(d.theirs, ast.If | ast.Try):
        return Category.CORNER_CASE, "without the condition"
    return Category.LOGIC, "without the block around it"


_RULES: dict[Kind, Callable[[Difference, Ground], tuple[Category, str]]] = {
    "name": _name,
    "constant": _constant,
    "attribute": _attribute,
    "operator": _operator,
    "order": lambda d, ground: (Category.LOGIC, "another order"),
    "wrapped": _wrapped,
    "unwrapped": _unwrapped,
    "expression": _expression,
    "argument-missing": _argument_missing,
    "argument-extra": _argument_extra,
    "missing": _missing,
    "extra": _extra,
    "moved": lambda d, ground: (Category.LOGIC, "in another order"),
    "statement": _statement,
    "condition-added": _condition_added,
    "condition-removed": _condition_removed,
    "import-missing": lambda d, ground: (Category.IMPORT, "the import is missing"),
    "import-changed": lambda d, ground: (Category.IMPORT, "the import brings something else"),
    "parameters": lambda d, ground: (Category.DEVIATES, "another signature"),
    "definition-missing": lambda d, ground: (Category.DEVIATES, "not defined"),
    "body": lambda d, ground: (Category.DEVIATES, "does something else"),
}
