"""Comparing expressions: the smallest steps from the reference's to the code's."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from deepbench_core.diagnosis import trees
from deepbench_core.diagnosis.steps import Difference, Kind, Undo
from deepbench_core.diagnosis.trees import Keys


class Expressions:
    """Compares expressions and collects the steps in `found`; blocks of statements are left to a subclass."""

    def __init__(self, code: ast.Module, reference: ast.Module) -> None:
        self.code, self.reference = code, reference
        self.key = Keys()
        self.found: list[Difference] = []

    def body(
        self, theirs: list[ast.stmt], ours: list[ast.stmt], parent: ast.AST, name: str, chain: tuple[ast.AST, ...]
    ) -> None:
        """Compare two blocks."""
        raise NotImplementedError

    def add(
        self, kind: Kind, theirs: ast.AST | None, ours: ast.AST | None, at: Sequence[ast.AST], slot: str,
        chain: tuple[ast.AST, ...], undo: Undo | None,
    ) -> None:  # fmt: skip
        lines = [n.lineno for n in at if hasattr(n, "lineno")]
        statement = next((n for n in chain if isinstance(n, ast.stmt)), None)
        if statement is not None and ours is not None and not isinstance(ours, ast.stmt):
            lines.append(statement.lineno)
        self.found.append(Difference(kind, theirs, ours, tuple(dict.fromkeys(lines)), slot, chain, undo))

    def put_back(self, theirs: ast.AST, parent: ast.AST, name: str, ours: ast.AST) -> Undo:
        """An undo that sets the parent's field, or the item of its list that is `ours`, to the reference's node."""
        new = copy.deepcopy(theirs)

        def undo(memo: dict[int, Any]) -> None:
            holder, value = memo[id(parent)], copy.deepcopy(new)
            current = getattr(holder, name)
            if isinstance(current, list):
                current[place_of(current, memo[id(ours)])] = value
            else:
                setattr(holder, name, value)

        return undo

    def fields(
        self, one: Any, other: Any, theirs: ast.AST, ours: ast.AST, name: str, above: tuple[ast.AST, ...]
    ) -> None:
        """One field of two nodes of the same type."""
        if isinstance(one, list) and isinstance(other, list):
            if any(isinstance(s, ast.stmt) for s in [*one, *other]):
                self.body(one, other, ours, name, above[1:] if above and above[0] is ours else above)
            elif len(one) == len(other):
                for left, right in zip(one, other, strict=True):
                    if isinstance(left, ast.AST) and isinstance(right, ast.AST):
                        self.node(left, right, ours, name, above)
                    elif left != right:
                        self._whole(theirs, ours, above)
                        return
            else:
                self._whole(theirs, ours, above)
        elif isinstance(one, ast.AST) and isinstance(other, ast.AST):
            self.node(one, other, ours, name, above)
        elif isinstance(one, ast.AST) or isinstance(other, ast.AST) or one != other:
            self._field(one, other, ours, name, above)

    def _field(self, one: Any, other: Any, ours: ast.AST, name: str, above: tuple[ast.AST, ...]) -> None:
        """A field that one of the two leaves empty, or plain values that differ."""

        def undo(memo: dict[int, Any]) -> None:
            setattr(memo[id(ours)], name, copy.deepcopy(one))

        theirs_node = one if isinstance(one, ast.AST) else None
        ours_node = other if isinstance(other, ast.AST) else ours
        self.add("expression", theirs_node, ours_node, [ours_node, ours], name, above, undo)

    def _whole(self, theirs: ast.AST, ours: ast.AST, above: tuple[ast.AST, ...]) -> None:
        """Two nodes of one type whose lists differ in length: one step, wherever it stands."""
        chain = above[1:] if above and above[0] is ours else above
        parent = chain[0] if chain else self.code
        for name, value in ast.iter_fields(parent):
            if value is ours or (isinstance(value, list) and any(item is ours for item in value)):
                kind: Kind = "statement" if isinstance(ours, ast.stmt) else "expression"
                self.add(kind, theirs, ours, [ours], name, chain, self.put_back(theirs, parent, name, ours))
                return

    def node(self, one: ast.AST, other: ast.AST, parent: ast.AST, name: str, above: tuple[ast.AST, ...]) -> None:
        if isinstance(one, ast.expr) and isinstance(other, ast.expr):
            self.expression(one, other, parent, name, above)
        elif type(one) is not type(other):
            kind: Kind = (
                "operator" if isinstance(one, ast.operator | ast.cmpop | ast.boolop | ast.unaryop) else "expression"
            )
            self.add(kind, one, other, [parent], name, above, self.put_back(one, parent, name, other))
        elif self.key(one) != self.key(other):
            inner = (other, *above)
            if isinstance(one, ast.arguments) and isinstance(other, ast.arguments):
                self.arguments(one, other, parent, inner)
                return
            for field_name, value in ast.iter_fields(one):
                self.fields(value, getattr(other, field_name, None), one, other, field_name, inner)

    def arguments(self, theirs: ast.arguments, ours: ast.arguments, owner: ast.AST, above: tuple[ast.AST, ...]) -> None:
        one, other = _with_defaults(theirs), _with_defaults(ours)
        if list(one) != list(other):

            def undo(memo: dict[int, Any]) -> None:
                memo[id(owner)].args = copy.deepcopy(theirs)

            self.add("parameters", theirs, ours, [owner], "args", above, undo)
            return
        for name, default in one.items():
            mine = other[name]
            if default is not None and mine is not None:
                slot = "defaults" if any(d is mine for d in ours.defaults) else "kw_defaults"
                self.expression(default, mine, ours, slot, (ours, *above))
            elif default is not mine:

                def undo(memo: dict[int, Any]) -> None:
                    memo[id(owner)].args = copy.deepcopy(theirs)

                self.add("parameters", theirs, ours, [owner], "args", above, undo)

    def expression(
        self, theirs: ast.expr, ours: ast.expr, parent: ast.AST, name: str, chain: tuple[ast.AST, ...]
    ) -> None:
        if self.key(theirs) == self.key(ours):
            return None
        above = (ours, *chain)
        undo = self.put_back(theirs, parent, name, ours)

        def step(kind: Kind) -> None:
            self.add(kind, theirs, ours, [*self._further(theirs, ours), ours], name, chain, undo)

        simple = ast.Name | ast.Constant
        if not isinstance(ours, simple) and self._holds(ours, theirs):
            return step("wrapped")
        if not isinstance(theirs, simple) and self._holds(theirs, ours):
            return step("unwrapped")
        if type(theirs) is not type(ours):
            return step("expression")
        if isinstance(theirs, ast.Name):
            return step("name")
        if isinstance(theirs, ast.Constant):
            return step("constant")
        if self._reordered(theirs, ours):
            return step("order")
        if isinstance(theirs, ast.JoinedStr) and isinstance(ours, ast.JoinedStr):
            if [type(v) for v in theirs.values] != [type(v) for v in ours.values]:
                return step("constant")
            for one, other in zip(theirs.values, ours.values, strict=True):
                if self.key(one) != self.key(other) and isinstance(other, ast.Constant):
                    return step("constant")  # a part of a text can't be put back alone
        if not self._worth(theirs, ours):
            return step("expression")
        if isinstance(theirs, ast.Attribute) and isinstance(ours, ast.Attribute):
            if theirs.attr != ours.attr:

                def rename(memo: dict[int, Any]) -> None:
                    memo[id(ours)].attr = theirs.attr

                # A long chain of calls ends on another line than it begins.
                at = copy.copy(ours)
                at.lineno = ours.end_lineno or ours.lineno
                self.add("attribute", theirs, ours, [at, ours], name, chain, rename)
            return self.expression(theirs.value, ours.value, ours, "value", above)
        if isinstance(theirs, ast.Call) and isinstance(ours, ast.Call):
            return self.call(theirs, ours, undo, name, chain)
        lists = [(v, getattr(ours, f)) for f, v in ast.iter_fields(theirs) if isinstance(v, list)]
        if any(len(a) != len(b) for a, b in lists):
            return step("expression")
        for field_name, value in ast.iter_fields(theirs):
            if field_name not in ("ctx", "kind"):
                self.fields(value, getattr(ours, field_name), theirs, ours, field_name, above)
        return None

    def _further(self, theirs: ast.expr, ours: ast.expr) -> list[ast.AST]:
        """The values of a dict that another one lacks."""
        if not isinstance(ours, ast.Dict) or not isinstance(theirs, ast.Dict):
            return []
        known = {self.key(k) for k in theirs.keys if k is not None}
        return [v for k, v in zip(ours.keys, ours.values, strict=True) if k is not None and self.key(k) not in known]

    def call(self, theirs: ast.Call, ours: ast.Call, undo: Undo, name: str, chain: tuple[ast.AST, ...]) -> None:
        above = (ours, *chain)
        if len(theirs.args) != len(ours.args):
            keys = [[self.key(a) for a in call.args] for call in (theirs, ours)]
            kind: Kind = "expression"
            if len(keys[0]) < len(keys[1]) and all(k in keys[1] for k in keys[0]):
                kind = "argument-extra"
            elif len(keys[0]) > len(keys[1]) and all(k in keys[0] for k in keys[1]):
                kind = "argument-missing"
            if self.key(theirs.func) != self.key(ours.func):
                kind = "expression"
            self.add(kind, theirs, ours, [ours], name, chain, undo)
            return
        self.expression(theirs.func, ours.func, ours, "func", above)
        for one, other in zip(theirs.args, ours.args, strict=True):
            self.expression(one, other, ours, "args", above)
        mine, wanted = {k.arg: k for k in ours.keywords}, {k.arg: k for k in theirs.keywords}
        for word, keyword in wanted.items():
            if word in mine:
                self.expression(keyword.value, mine[word].value, mine[word], "value", (mine[word], *above))
            else:

                def insert(memo: dict[int, Any], keyword: ast.keyword = keyword) -> None:
                    memo[id(ours)].keywords.append(copy.deepcopy(keyword))

                self.add("argument-missing", keyword, ours, [ours], "keywords", above, insert)
        for word, keyword in mine.items():
            if word not in wanted:

                def remove(memo: dict[int, Any], keyword: ast.keyword = keyword) -> None:
                    words = memo[id(ours)].keywords
                    del words[place_of(words, memo[id(keyword)])]

                self.add("argument-extra", None, keyword, [keyword, ours], "keywords", above, remove)

    def _holds(self, outer: ast.expr, inner: ast.expr) -> bool:
        """Whether `inner` is a part of `outer`, so that one is the other with something around it."""
        key = self.key(inner)
        return key in self.key(outer) and any(
            node is not outer and self.key(node) == key for node in trees.expressions(outer)
        )

    def _reordered(self, theirs: ast.expr, ours: ast.expr) -> bool:
        """The same parts in another order: operands, arguments, items."""
        if type(theirs) is not type(ours):
            return False
        if isinstance(theirs, ast.BinOp) and isinstance(ours, ast.BinOp):
            same = type(theirs.op) is type(ours.op)
            return same and [self.key(theirs.left), self.key(theirs.right)] == [
                self.key(ours.right),
                self.key(ours.left),
            ]
        for name in ("args", "elts", "values"):
            lists = [getattr(node, name, None) for node in (theirs, ours)]
            if all(isinstance(items, list) for items in lists) and lists[0] and lists[1]:
                keys = [[self.key(item) if item is not None else "" for item in items] for items in lists if items]
                if keys[0] != keys[1] and sorted(keys[0]) == sorted(keys[1]):
                    others = [
                        [self.key(v) for f, v in ast.iter_fields(node) if f != name and isinstance(v, ast.AST)]
                        for node in (theirs, ours)
                    ]
                    return others[0] == others[1]
        return False

    def likeness(self, one: ast.AST, other: ast.AST) -> float:
        """How alike two nodes are, whatever the variables are called that only one of the trees has."""
        lone = self._lone_names
        bags = []
        for node in (one, other):
            bag: Counter[str] = Counter()
            for word, count in trees.words(node).items():
                bag["a name" if word in lone else word] += count
            bags.append(bag)
        return trees.likeness(*bags)

    @cached_property
    def _lone_names(self) -> set[str]:
        return trees.stored_names(self.code) ^ trees.stored_names(self.reference)

    def _worth(self, theirs: ast.expr, ours: ast.expr) -> bool:
        """Whether looking inside finds single steps rather than everything at once."""
        return self.likeness(theirs, ours) >= 0.3 or trees.size(theirs) <= 4


def _with_defaults(arguments: ast.arguments) -> dict[str, ast.expr | None]:
    """Parameter → default, in order; stars keep their mark."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(arguments.defaults)), *arguments.defaults]
    found = {a.arg: d for a, d in zip(plain, defaults, strict=True)}
    if arguments.vararg:
        found["*" + arguments.vararg.arg] = None
    found |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
    if arguments.kwarg:
        found["**" + arguments.kwarg.arg] = None
    return found


def place_of(items: list[Any], wanted: Any) -> int:
    """Index by identity: equal nodes are still different places."""
    return next(i for i, item in enumerate(items) if item is wanted)
