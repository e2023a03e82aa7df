"""Look-ups that failed: imports, names, attributes, and arguments that a call does not take."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepbench_core.categories import Category, Facet
from deepbench_core.diagnosis import asking, trees
from deepbench_core.diagnosis.failure import undefined_names
from deepbench_core.diagnosis.trees import word_set

if TYPE_CHECKING:
    from deepbench_core.diagnosis.rules import Case
    from deepbench_core.diagnosis.symptoms import Raised


@dataclass(frozen=True)
class Found:
    """What a rule found."""

    category: Category
    confidence: float
    text: str
    line: int | None = None
    further: tuple[Category, ...] = ()
    facet: Facet | None = None


def failed_lookup(case: Case, raised: Raised) -> Found | None:
    """The diagnosis of an exception that says which look-up failed; None for any other exception."""
    line = case.line_of(raised)
    if match := re.match(r"not defined: (\S+)", raised.message) or re.search(
        r"module 'solution' has no attribute '(\w+)'|cannot import name '(\w+)' from 'solution'", raised.message
    ):
        name = next(g for g in match.groups() if g)
        return Found(Category.DEVIATES, 0.9, f"`{name}` was asked for and is not defined")
    if raised.type in ("ImportError", "ModuleNotFoundError") and raised.origin != "test":
        return Found(Category.IMPORT, 0.95, str(raised), line or _import_line(case, raised.message))
    unbound = raised.type in ("NameError", "UnboundLocalError")
    if unbound and (match := re.search(r"(?:name|variable) '(\w+)'", raised.message)):
        return _name(case, raised, match[1], line)
    if raised.type == "AttributeError":
        return _attribute(case, raised, line)
    if raised.type == "TypeError" and _SIGNATURE.search(raised.message):
        return _signature(case, raised, line)
    return None


_SIGNATURE = re.compile(
    r"unexpected keyword argument|takes .*positional arguments?|missing \d+ required|takes no arguments"
    r"|multiple values for (?:keyword )?argument|received an invalid combination of arguments|takes no keyword"
)
_TYPE_WORDS = re.compile(
    r"scalar type|\bdtype|not implemented for '|must be (?:a |an )?(?:Tensor|tensor|long|int|integer|float|real|str"
    r"|number"
    r"|tuple|list|sequence)|argument '.*' .*must be|can't be cast|cannot be cast|tensors used as indices"
    r"|arrays used as indices|indices must be|only integer|could not convert|invalid literal for int"
    r"|can't convert|cannot be interpreted as|expected (?:a )?(?:Tensor|sequence|str|float|int)|unhashable"
    r"|Expected object of"
    r"|be passed as|must be real number|a Tensor with \d+ elements cannot be converted"
    r"|only (?:one|1)-?(?:element)?.*converted"
    r"|unsupported operand|object is not (?:iterable|callable|subscriptable)|has no len\(\)|not supported between"
    r"|received an invalid combination|should be .*(?:Long|Float|int)|(?:Long|Float|Int|Double)Tensor|invalid type",
    re.I,
)


# jax raises TypeError for shapes that do not fit, too.
_SHAPE_WORDS = re.compile(r"incompatible shapes|contracting dimensions|same shape|shapes? must|broadcast", re.I)


def is_type_complaint(raised: Raised) -> bool:
    """Whether the exception says that a value has the wrong type or dtype."""
    if raised.type == "TypeError":
        return not _SHAPE_WORDS.search(raised.message)
    return raised.type in ("RuntimeError", "ValueError", "IndexError") and bool(_TYPE_WORDS.search(raised.message))


def static(case: Case) -> Found | None:
    """Names and library attributes that exist nowhere, where the tests' text says nothing of them."""
    assert isinstance(case.tree, ast.Module)
    for name in undefined_names(case.tree):
        found = _name(case, None, name.id, name.lineno)
        if found is not None:
            return found
    for node in ast.walk(case.tree):
        if isinstance(node, ast.Attribute):
            full = case.index.resolve(trees.dotted(node), case.ground.imported)
            if full and case.index.find(full) is None:
                called = _is_called(case.tree, node)
                there = case.index.names(full.rpartition(".")[0])
                category, why = asking.missing_attribute(node.attr, called, there)
                return Found(category, 0.7, f"`{trees.dotted(node)}`: {why}", node.lineno)
    return None


# Names ---------------------------------------------------------------------------------------------------------------


def _name(case: Case, raised: Raised | None, name: str, line: int | None) -> Found | None:
    assert isinstance(case.tree, ast.Module)
    said = str(raised) if raised else f"`{name}` is not defined"
    uses = [n for n in ast.walk(case.tree) if isinstance(n, ast.Name) and n.id == name and not _stores(n)]
    here = next((n for n in uses if n.lineno == line), uses[0] if uses else None)
    line = line or (here.lineno if here is not None else None)
    if name in trees.stored_names(case.tree) and name not in trees.imports(case.tree):
        return Found(Category.REFERENCE, 0.9, f"{said}: bound elsewhere, not here", line)
    wanted = trees.imports(case.reference) if case.reference is not None else {}
    if name in wanted or name in {n.partition(".")[0] for n in wanted}:
        return Found(Category.IMPORT, 0.95, f"{said}: an import is missing", line)
    module = name in sys.stdlib_module_names and name not in case.ground.own
    if name in _USUAL or module or (case.index.has_module(name) and name not in case.ground.own):
        return Found(Category.IMPORT, 0.9, f"{said}: a library's name, never imported", line)
    called = here is not None and _is_called(case.tree, here)
    own = trees.stored_names(case.tree) | set(dir(builtins))
    of_reference = trees.stored_names(case.reference) if case.reference is not None else set()
    if close := asking.slip_of(name, own | of_reference):
        return Found(Category.REFERENCE, 0.9, f"{said}: a slip of `{close}`", line)
    homes = case.index.homes(name)
    if homes and (called or name[0].isupper()) and name not in of_reference:
        return Found(Category.IMPORT, 0.75, f"{said}: `{homes[0]}` has it, nothing imports it", line)
    if called:
        return Found(Category.HALLUCINATED, 0.85, f"{said}: called, and defined nowhere", line)
    return Found(Category.REFERENCE, 0.85, f"{said}: bound nowhere", line)


_USUAL = word_set(
    """jax jnp lax
    torch np numpy nn F pd pandas math random copy itertools functools collections optim plt sklearn scipy tf os sys
    re json time warnings typing dataclasses heapq bisect operator statistics defaultdict Counter deque dataclass
    Optional Tuple List Dict Sequence Callable Iterable Iterator Union Any Mapping Tensor TensorDataset DataLoader
    partial namedtuple OrderedDict contextlib abc ABC Enum Path string"""
)


def _stores(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _is_called(tree: ast.AST, node: ast.AST) -> bool:
    """Whether the name, or the dotted name that it is a part of, is called, decorates or is a base class."""
    above = trees.parents(tree)
    while isinstance(above.get(node), ast.Attribute):
        node = above[node]
    parent = above.get(node)
    if isinstance(parent, ast.Call):
        return parent.func is node
    if isinstance(parent, ast.ClassDef):
        return node in parent.bases or node in parent.decorator_list
    return isinstance(parent, trees.Function) and node in parent.decorator_list


# Imports -------------------------------------------------------------------------------------------------------------


def _import_line(case: Case, message: str) -> int | None:
    """The import statement that names what could not be found."""
    named = set(re.findall(r"'([\w.]+)'", message))
    assert isinstance(case.tree, ast.Module)
    for node in ast.walk(case.tree):
        if isinstance(node, ast.Import) and any(
            a.name in named or a.name.partition(".")[0] in named for a in node.names
        ):
            return node.lineno
        if isinstance(node, ast.ImportFrom) and ((node.module or "") in named or {a.name for a in node.names} & named):
            return node.lineno
    return None


# Attributes ----------------------------------------------------------------------------------------------------------

_OF_MODULE = re.compile(r"module '(?P<owner>[\w.]+)' has no attribute '(?P<name>\w+)'")
_OF_OBJECT = re.compile(r"(?P<kind>type object )?'(?P<owner>[\w.]+)'(?: object)? has no attribute '(?P<name>\w+)'")
_PLAIN = word_set("""list int float str tuple dict set bool NoneType bytes complex function generator range""")
_PLAIN |= frozenset(
    {"builtin_function_or_method", "method", "slice", "zip", "map", "filter", "ndarray", "Size", "dtype"}
)


def _attribute(case: Case, raised: Raised, line: int | None) -> Found | None:
    assert isinstance(case.tree, ast.Module)
    if match := _OF_MODULE.search(raised.message):
        return _of_module(case, raised, match["owner"], match["name"], line)
    match = _OF_OBJECT.search(raised.message)
    if match is None:
        return None
    owner, name = match["owner"].rpartition(".")[2], match["name"]
    nodes = list(_attributes(case.tree, name, line))
    here = nodes[0] if nodes else None
    if here is None:
        if case.findings:
            return None
        return Found(Category.DEVIATES, 0.6, f"the test can't use what comes back: {raised}", line)
    line = line or here.lineno
    called = _is_called(case.tree, here)
    theirs = _reference_attribute(case, here)
    classes = {n.name: n for n in ast.walk(case.tree) if isinstance(n, ast.ClassDef)}
    if owner in classes:
        return _of_own(case, raised, classes[owner], name, here, called, theirs, line)
    members = case.index.members(owner) or frozenset(dir(getattr(builtins, owner, None)))
    if owner in _PLAIN and not (theirs == "" and asking.slip_of(name, members)):
        if theirs is None and case.findings:
            return None  # the reference reads the same attribute; what made the value another one is a difference
        renamed = theirs not in ("", "?", None) and theirs in members
        if not renamed and (name in case.index.everything or (theirs == "" and not case.index.everything)):
            text = f"{raised}: a value of another type than the code takes it for"
            if owner == "NoneType":
                if case.findings:
                    return None
                optional = _may_be_none(case.tree, here)
                category = Category.CORNER_CASE if optional else Category.LOGIC
                return Found(category, 0.45, text, line, (Category.ARGUMENT_TYPE,))
            return Found(Category.ARGUMENT_TYPE, 0.75, text, line)
    elif theirs is None and case.findings and _reads(case.reference, name):
        return None
    category, why = asking.missing_attribute(name, called, members)
    if category is Category.HALLUCINATED and theirs and not called:
        category = Category.ATTRIBUTE
    return Found(category, 0.85, f"{raised}: {why}", line)


def _may_be_none(tree: ast.Module, here: ast.Attribute) -> bool:
    """Whether the attribute is read from a parameter whose default is None."""
    owner = trees.dotted(here.value)
    for function in ast.walk(tree):
        if isinstance(function, trees.Function) and any(n is here for n in ast.walk(function)):
            a = function.args
            plain = [*a.posonlyargs, *a.args]
            pairs = [
                *zip(plain[len(plain) - len(a.defaults) :], a.defaults, strict=True),
                *zip(a.kwonlyargs, a.kw_defaults, strict=True),
            ]
            if any(p.arg == owner and isinstance(d, ast.Constant) and d.value is None for p, d in pairs):
                return True
    return False


def _of_module(case: Case, raised: Raised, owner: str, name: str, line: int | None) -> Found | None:
    assert isinstance(case.tree, ast.Module)
    nodes = list(_attributes(case.tree, name, line))
    here = nodes[0] if nodes else None
    changed = [f for f in case.findings if f[0].kind == "import-changed"]
    line = line or (here.lineno if here else None)
    if here is not None and case.reference is not None:
        root = trees.dotted(here).partition(".")[0]
        ours, theirs = trees.imports(case.tree), trees.imports(case.reference)
        if root in ours and root in theirs and ours[root][0] != theirs[root][0]:
            at = ours[root][1].lineno
            return Found(Category.IMPORT, 0.9, f"{raised}: the import brings another module", at)
    if changed and here is None:
        return Found(Category.IMPORT, 0.8, f"{raised}: the import brings another module", changed[0][0].lines[0])
    if case.index.has_module(f"{owner}.{name}"):
        return Found(Category.IMPORT, 0.8, f"{raised}: `{owner}.{name}` has to be imported itself", line)
    called = here is not None and _is_called(case.tree, here)
    # `import torch.functional as F` for torch.nn.functional: what is looked for is in a module of the same name.
    alike = [m for m in case.index.homes(name) if m.rpartition(".")[2] == owner.rpartition(".")[2] and m != owner]
    if here is not None and alike and isinstance(here.value, ast.Name) and owner not in case.ground.own:
        statement = trees.imports(case.tree).get(here.value.id)
        text = f"{raised}: `{alike[0]}` has it, the import brings another module"
        return Found(Category.IMPORT, 0.75, text, statement[1].lineno if statement is not None else line)
    category, why = asking.missing_attribute(name, called, case.index.names(owner))
    return Found(category, 0.9, f"{raised}: {why}", line)


def _of_own(
    case: Case, raised: Raised, owner: ast.ClassDef, name: str, here: ast.Attribute, called: bool,
    theirs: str | None, line: int | None,
) -> Found:  # fmt: skip
    """An attribute of a class of the code: its own methods are references, its data attributes."""
    classes = [owner]
    if case.reference is not None:
        classes += [n for n in ast.walk(case.reference) if isinstance(n, ast.ClassDef) and n.name == owner.name]
    methods = {n.name for c in classes for n in c.body if isinstance(n, trees.Function) and not _is_property(n)}
    if theirs:
        own = theirs in methods
    else:
        own = bool(asking.slip_of(name, methods)) or (called and name in methods) or called
        data = {n.attr for c in classes for n in ast.walk(c) if isinstance(n, ast.Attribute)} - methods - {name}
        if asking.slip_of(name, data):
            own = False
    if raised.origin == "test" and line is None:
        return Found(Category.DEVIATES, 0.7, f"`{owner.name}.{name}` was asked for and is not there")
    if own:
        return Found(Category.REFERENCE, 0.85, f"{raised}: no such method of the code's own class", line)
    return Found(Category.ATTRIBUTE, 0.85, f"{raised}: never set", line)


def _is_property(node: trees.Function) -> bool:
    return any(
        trees.dotted(d) in ("property", "cached_property", "functools.cached_property") for d in node.decorator_list
    )


def _attributes(tree: ast.AST, name: str, line: int | None) -> Iterator[ast.Attribute]:
    """Where an attribute of this name is read, on this line first."""
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == name]
    covers = [n for n in found if line is not None and n.lineno <= line <= (n.end_lineno or n.lineno)]
    yield from covers or found


def _reads(tree: ast.Module | None, name: str) -> bool:
    return tree is not None and any(isinstance(n, ast.Attribute) and n.attr == name for n in ast.walk(tree))


def _reference_attribute(case: Case, here: ast.Attribute) -> str | None:
    """The name that the reference has in this place; empty without a reference; None where it is no difference."""
    if not case.findings:
        return ""
    for difference, _, _ in case.findings:
        ours, theirs = difference.ours, difference.theirs
        if ours is here:
            return theirs.attr if isinstance(theirs, ast.Attribute) else "?"
        around = difference.kind in ("wrapped", "extra", "condition-added")
        if ours is not None and not around and any(n is here for n in ast.walk(ours)):
            return "?"
    return None


# Arguments -----------------------------------------------------------------------------------------------------------


def _signature(case: Case, raised: Raised, line: int | None) -> Found | None:
    """A call with arguments that what is called does not take."""
    called = re.match(r"([\w.]+)\(\)", raised.message)
    name = called[1].rpartition(".")[2] if called else ""
    if name == "__init__" and called:
        name = called[1].split(".")[-2] if "." in called[1] else name
    own = name in trees.definitions(case.tree.body) if isinstance(case.tree, ast.Module) else False
    if line is None and (own or raised.origin == "test"):
        return Found(Category.DEVIATES, 0.8, f"called as the prompt says, it fails: {raised}")
    if case.findings:
        return None
    if own:
        return Found(
            Category.REFERENCE, 0.5, f"the code's own `{name}` is called otherwise than defined: {raised}", line
        )
    return Found(Category.ARGUMENT_TYPE, 0.75, str(raised), line, facet=Facet.API_VERSION)
