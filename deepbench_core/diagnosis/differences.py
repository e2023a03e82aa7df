"""What two syntax trees differ in, as single steps each of which can be undone.

Statements of matching functions are aligned by equality, then by likeness; changed ones are compared expression by
expression. Renamed variables are no difference. Every step holds how to turn the code's tree back at this one place,
so that an experiment can ask whether the tests then pass.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deepbench_core import syntax
from deepbench_core.diagnosis import trees
from deepbench_core.diagnosis.expressions import Expressions, place_of
from deepbench_core.diagnosis.steps import Difference, Kind, Undo
from deepbench_core.diagnosis.trees import Definition, Function

LIKE = 0.4  # statements less alike are two different ones
STUB = 0.4  # share of the reference's size below which a function is a stub
REPLACED = 0.35  # a function less alike does not try the same
SAME_STRUCTURE = 0.55  # share of the reference that must be found again for single differences to mean anything


@dataclass(frozen=True)
class Comparison:
    """All differences, and which share of the reference's words was found in its place."""

    tree: ast.Module
    reference: ast.Module
    differences: tuple[Difference, ...]
    shared: float

    @property
    def same_structure(self) -> bool:
        """Whether single differences say something: the code is a variant of the reference, not another solution."""
        return self.shared >= SAME_STRUCTURE

    def undone(self, chosen: Sequence[Difference]) -> str | None:
        """The code with these differences put back; None where that makes no valid code."""
        memo: dict[int, Any] = {}
        tree = copy.deepcopy(self.tree, memo)
        try:
            for difference in chosen:
                if difference.undo is None:
                    return None
                difference.undo(memo)
            text = ast.unparse(ast.fix_missing_locations(tree))
            syntax.parse(text)
        except (SyntaxError, ValueError, LookupError, AttributeError, RecursionError, StopIteration):
            return None
        return text + "\n"


def compare(code: ast.Module, reference: ast.Module) -> Comparison:
    """The differences between two modules."""
    comparer = _Comparer(code, reference)
    comparer.imports()
    comparer.body(reference.body, code.body, code, "body", ())
    found = comparer.without_renames()
    return Comparison(code, reference, tuple(found), comparer.shared(found))


class _Comparer(Expressions):
    # Imports

    def imports(self) -> None:
        """Names that the reference imports and the code uses without, or binds to something else."""
        ours, theirs = trees.imports(self.code), trees.imports(self.reference)
        used, bound = trees.loaded_names(self.code), trees.stored_names(self.code)
        for name, (target, statement) in theirs.items():
            root = name.partition(".")[0]
            if name in ours:
                if ours[name][0] != target:
                    other = ours[name][1]
                    self.add("import-changed", statement, other, [other], "body", (), self._import(statement, other))
            elif root in used and root not in bound:
                users = [n for n in ast.walk(self.code) if isinstance(n, ast.Name) and n.id == root]
                first = min(users, key=lambda n: n.lineno)
                others = [s for s in self.code.body if isinstance(s, ast.Import | ast.ImportFrom)]
                self.add("import-missing", statement, first, [first, *others[-1:]], "body", (), self._import(statement))

    def _import(self, statement: ast.stmt, instead_of: ast.stmt | None = None) -> Undo:
        def undo(memo: dict[int, Any]) -> None:
            module = memo[id(self.code)]
            if instead_of is not None:
                place = place_of(module.body, memo[id(instead_of)])
                module.body[place : place + 1] = [*_kept(statement, instead_of), copy.deepcopy(statement)]
            else:
                future = [i for i, s in enumerate(module.body) if isinstance(s, ast.ImportFrom)]
                late = [i for i in future if module.body[i].module == "__future__"]
                module.body.insert(late[-1] + 1 if late else 0, copy.deepcopy(statement))

        return undo

    # Blocks

    def body(
        self, theirs: list[ast.stmt], ours: list[ast.stmt], parent: ast.AST, name: str, chain: tuple[ast.AST, ...]
    ) -> None:
        """Align two blocks and compare what stands side by side."""
        skipped = ast.Import | ast.ImportFrom
        a = [s for s in trees.statements(theirs) if not isinstance(s, skipped)]
        b = [s for s in trees.statements(ours) if not isinstance(s, skipped)]
        above = (parent, *chain)
        pairs = self._align(a, b)
        matched_a, matched_b = {i for i, _ in pairs}, {j for _, j in pairs}
        missing = [i for i in range(len(a)) if i not in matched_a]
        extra = [j for j in range(len(b)) if j not in matched_b]
        for i, j in pairs:
            if self.key(a[i]) != self.key(b[j]):
                self.statement(a[i], b[j], parent, name, above)
        for j in list(extra):
            if self._wrapping(a, b, missing, extra, j, parent, name, above):
                continue
        for i in list(missing):
            self._unwrapping(a, b, missing, extra, i, parent, name, above)
        for i in list(missing):
            same = next((j for j in extra if self.key(b[j]) == self.key(a[i])), None)
            if same is not None:
                missing.remove(i)
                extra.remove(same)
                undo = self._moved(a, b, pairs, i, b[same], parent, name)
                self.add("moved", a[i], b[same], [b[same]], name, above, undo)
        for i in missing:
            self._missing(a, b, pairs, i, parent, name, above)
        for j in extra:
            twins = [s for s in b if s is not b[j] and self.key(s) == self.key(b[j])]
            self.add("extra", None, b[j], [b[j], *twins], name, above, self._removed(b[j], parent, name))

    def _align(self, a: list[ast.stmt], b: list[ast.stmt]) -> list[tuple[int, int]]:
        """Pairs of statements that belong together: definitions by name, equal ones, then the most alike, in order."""
        names = {s.name: j for j, s in enumerate(b) if isinstance(s, Definition)}
        pairs = [
            (i, names[s.name])
            for i, s in enumerate(a)
            if isinstance(s, Definition) and s.name in names and type(b[names[s.name]]) is type(s)
        ]
        done_a, done_b = {i for i, _ in pairs}, {j for _, j in pairs}
        rest_a = [i for i in range(len(a)) if i not in done_a]
        rest_b = [j for j in range(len(b)) if j not in done_b]
        keys_a, keys_b = [self.key(a[i]) for i in rest_a], [self.key(b[j]) for j in rest_b]
        matcher = difflib.SequenceMatcher(None, keys_a, keys_b, autojunk=False)
        for tag, a1, a2, b1, b2 in matcher.get_opcodes():
            if tag == "equal":
                pairs += zip(rest_a[a1:a2], rest_b[b1:b2], strict=True)
            elif tag == "replace":
                pairs += self._likely(a, b, rest_a[a1:a2], rest_b[b1:b2])
        return sorted(pairs)

    def _likely(self, a: list[ast.stmt], b: list[ast.stmt], left: list[int], right: list[int]) -> list[tuple[int, int]]:
        """The in-order pairing of two runs of statements with the greatest total likeness."""
        if len(left) * len(right) > 2500:  # another solution, not a variant; keep it cheap
            return []
        score = [[self._alike(a[i], b[j]) for j in right] for i in left]
        best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
        for i in range(len(left) - 1, -1, -1):
            for j in range(len(right) - 1, -1, -1):
                together = score[i][j] + best[i + 1][j + 1] if score[i][j] >= LIKE else -1.0
                best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
        pairs, i, j = [], 0, 0
        while i < len(left) and j < len(right):
            if score[i][j] >= LIKE and best[i][j] == score[i][j] + best[i + 1][j + 1]:
                pairs.append((left[i], right[j]))
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                i += 1
            else:
                j += 1
        return pairs

    def _alike(self, one: ast.stmt, other: ast.stmt) -> float:
        likeness = self.likeness(one, other)
        if type(one) is type(other):
            if isinstance(one, ast.Return):
                return max(likeness, 0.5)  # where a block returns is where it returns, whatever it returns
            if isinstance(one, ast.If | ast.For | ast.While) and isinstance(other, ast.If | ast.For | ast.While):
                # A block of one's own head or one's own body is the same block.
                likeness = max(likeness, 0.9 * self._same_part(one, other))
            if isinstance(one, ast.Assign) and isinstance(other, ast.Assign):
                targets = self.key(one.targets[0]) == self.key(other.targets[0])
                return max(likeness, 0.45) if targets else likeness * 0.9
            return likeness
        assigns = ast.Assign | ast.AnnAssign | ast.AugAssign
        return likeness * (0.9 if isinstance(one, assigns) and isinstance(other, assigns) else 0.7)

    def _same_part(self, one: Any, other: Any) -> float:
        head = "test" if hasattr(one, "test") else "iter"
        same_head = hasattr(other, head) and self.key(getattr(one, head)) == self.key(getattr(other, head))
        bodies = [[self.key(s) for s in node.body] for node in (one, other)]
        return 1.0 if same_head or bodies[0] == bodies[1] else 0.0

    def _wrapping(
        self, a: list[ast.stmt], b: list[ast.stmt], missing: list[int], extra: list[int], j: int,
        parent: ast.AST, name: str, above: tuple[ast.AST, ...],
    ) -> bool:  # fmt: skip
        """The code puts statements of the reference under a condition, a `with`, a loop that is not there."""
        node = b[j]
        if not isinstance(node, ast.If | ast.With | ast.For | ast.While | ast.Try):
            return False
        inside = [self.key(s) for s in trees.statements(node.body)]
        held = [i for i in missing if self.key(a[i]) in inside]
        if not held or len(held) < len(inside) / 2:
            return False

        def undo(memo: dict[int, Any]) -> None:
            block = getattr(memo[id(parent)], name)
            place = place_of(block, memo[id(node)])
            block[place : place + 1] = [copy.deepcopy(a[i]) for i in held]

        extra.remove(j)
        for i in held:
            missing.remove(i)
        self.add("condition-added", None, node, [node], name, above, undo)
        return True

    def _unwrapping(
        self, a: list[ast.stmt], b: list[ast.stmt], missing: list[int], extra: list[int], i: int,
        parent: ast.AST, name: str, above: tuple[ast.AST, ...],
    ) -> None:  # fmt: skip
        """The code does without a condition what the reference does under one."""
        node = a[i]
        if not isinstance(node, ast.If | ast.With | ast.For | ast.While | ast.Try):
            return
        blocks = [node.body, getattr(node, "orelse", [])]
        for block in blocks:
            inside = [self.key(s) for s in trees.statements(block)]
            held = [j for j in extra if self.key(b[j]) in inside]
            if not held or len(held) < len(inside):
                continue
            first, rest = b[held[0]], [b[j] for j in held[1:]]

            def undo(memo: dict[int, Any], first: ast.stmt = first, rest: list[ast.stmt] = rest) -> None:
                body = getattr(memo[id(parent)], name)
                body[place_of(body, memo[id(first)])] = copy.deepcopy(node)
                for statement in rest:
                    del body[place_of(body, memo[id(statement)])]

            missing.remove(i)
            for j in held:
                extra.remove(j)
            self.add("condition-removed", node, first, [first], name, above, undo)
            return

    def _missing(
        self, a: list[ast.stmt], b: list[ast.stmt], pairs: list[tuple[int, int]], i: int,
        parent: ast.AST, name: str, above: tuple[ast.AST, ...],
    ) -> None:  # fmt: skip
        """A statement of the reference that the code lacks; its place is between what stood beside it."""
        before = max((pair for pair in pairs if pair[0] < i), default=None)
        after = min((pair for pair in pairs if pair[0] > i), default=None)
        near = [b[pair[1]] for pair in (after, before) if pair is not None]
        at: list[ast.AST] = [*near] or [*getattr(parent, name), parent]
        kind: Kind = "definition-missing" if isinstance(a[i], Definition) else "missing"
        anchor = b[before[1]] if before else None
        self.add(kind, a[i], None, at, name, above, self._inserted(a[i], anchor, parent, name))

    def _inserted(self, statement: ast.stmt, after: ast.stmt | None, parent: ast.AST, name: str) -> Undo:
        def undo(memo: dict[int, Any]) -> None:
            block = getattr(memo[id(parent)], name)
            if after is not None:
                place = place_of(block, memo[id(after)]) + 1
            else:
                place = next((k for k, s in enumerate(block) if not _leads(s)), len(block))
            block.insert(place, copy.deepcopy(statement))

        return undo

    def _removed(self, statement: ast.stmt, parent: ast.AST, name: str) -> Undo:
        def undo(memo: dict[int, Any]) -> None:
            block = getattr(memo[id(parent)], name)
            del block[place_of(block, memo[id(statement)])]
            if not block and name == "body":
                block.append(ast.Pass())

        return undo

    def _moved(
        self, a: list[ast.stmt], b: list[ast.stmt], pairs: list[tuple[int, int]], i: int, ours: ast.stmt,
        parent: ast.AST, name: str,
    ) -> Undo:  # fmt: skip
        before = max((pair for pair in pairs if pair[0] < i), default=None)
        insert = self._inserted(a[i], b[before[1]] if before else None, parent, name)
        remove = self._removed(ours, parent, name)

        def undo(memo: dict[int, Any]) -> None:
            insert(memo)
            remove(memo)

        return undo

    # Statements

    def statement(
        self, theirs: ast.stmt, ours: ast.stmt, parent: ast.AST, name: str, chain: tuple[ast.AST, ...]
    ) -> None:
        above = (ours, *chain)
        if isinstance(theirs, ast.AnnAssign | ast.Assign) and isinstance(ours, ast.AnnAssign | ast.Assign):
            targets = [s.targets if isinstance(s, ast.Assign) else [s.target] for s in (theirs, ours)]
            if len(targets[0]) == len(targets[1]) and theirs.value and ours.value:
                for one, other in zip(*targets, strict=True):
                    field_name = "targets" if isinstance(ours, ast.Assign) else "target"
                    self.expression(one, other, ours, field_name, above)
                self.expression(theirs.value, ours.value, ours, "value", above)
                return
        key = self.key
        blocks = ast.If | ast.With | ast.For | ast.While | ast.Try
        if isinstance(ours, blocks) and [key(theirs)] == [key(s) for s in trees.statements(ours.body)]:
            undo = self.put_back(theirs, parent, name, ours)
            self.add("condition-added", theirs, ours, [ours], name, chain, undo)
            return
        if isinstance(theirs, blocks) and [key(ours)] == [key(s) for s in trees.statements(theirs.body)]:
            undo = self.put_back(theirs, parent, name, ours)
            self.add("condition-removed", theirs, ours, [ours], name, chain, undo)
            return
        if type(theirs) is not type(ours):
            self.add("statement", theirs, ours, [ours], name, chain, self.put_back(theirs, parent, name, ours))
            return
        if isinstance(theirs, Function) and isinstance(ours, Function):
            bodies = [ast.Module(body=trees.statements(f.body), type_ignores=[]) for f in (theirs, ours)]
            if self.likeness(*bodies) < REPLACED and trees.size(bodies[0]) > 8:
                first = next(iter(trees.statements(ours.body)), ours)
                undo = self.put_back(theirs, parent, name, ours)
                self.add("body", theirs, ours, [first, ours], name, chain, undo)
                return
            self.arguments(theirs.args, ours.args, ours, above)
        for field_name, one in ast.iter_fields(theirs):
            other = getattr(ours, field_name, None)
            if field_name in ("args", "annotation", "returns", "type_comment", "type_params", "name"):
                continue
            self.fields(one, other, theirs, ours, field_name, above)

    # The whole

    def without_renames(self) -> list[Difference]:
        """Leave out variables that the code calls otherwise throughout."""
        mine, wanted = trees.stored_names(self.code), trees.stored_names(self.reference)
        names = [d for d in self.found if d.kind == "name"]
        pairs: dict[str, set[str]] = {}
        for d in names:
            if isinstance(d.theirs, ast.Name) and isinstance(d.ours, ast.Name):
                pairs.setdefault(d.theirs.id, set()).add(d.ours.id)
        loaded = trees.loaded_names(self.code)
        renamed = {
            old
            for old, new in pairs.items()
            if len(new) == 1
            and (only := next(iter(new))) in mine
            and only not in wanted
            and old not in mine
            and old not in loaded
        }
        return [
            d
            for d in self.found
            if d.kind != "name" or not isinstance(d.theirs, ast.Name) or d.theirs.id not in renamed
        ]

    def shared(self, found: list[Difference]) -> float:
        """Share of the reference's words that no difference touches, of the words of both."""
        total = max(1, sum(trees.size(s) for s in trees.statements(self.reference.body)))
        if any(
            d.kind == "body" and trees.size(d.ours) > STUB * trees.size(d.theirs) for d in found if d.ours and d.theirs
        ):
            return 0.0  # rewritten, not left undone
        if any(d.kind == "body" for d in found):
            return 1.0  # a stub in the place of a function: that is the difference
        lost = sum(trees.size(d.theirs) for d in found if d.theirs is not None and d.kind not in ("wrapped", "moved"))
        more = sum(trees.size(d.ours) for d in found if d.kind in ("extra", "expression", "statement") and d.ours)
        return max(0.0, 1 - lost / total - max(0, more - lost) / (2 * total))


def _kept(theirs: ast.stmt, ours: ast.stmt) -> list[ast.stmt]:
    """What else the code's import statement brings and the reference's doesn't."""
    if isinstance(ours, ast.ImportFrom) and isinstance(theirs, ast.ImportFrom | ast.Import):
        names = {a.asname or a.name for a in theirs.names}
        rest = [a for a in ours.names if (a.asname or a.name) not in names]
        if rest:
            return [ast.ImportFrom(module=ours.module, names=copy.deepcopy(rest), level=ours.level)]
    return []


def _leads(statement: ast.stmt) -> bool:
    return trees.is_text(statement) or isinstance(statement, ast.Import | ast.ImportFrom)
