"""One step from the reference to the code, and how to take it back."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from deepbench_core.diagnosis import trees

Kind = Literal[
    "name", "constant", "attribute", "operator", "order", "wrapped", "unwrapped", "expression",
    "argument-missing", "argument-extra", "missing", "extra", "moved", "statement", "condition-added",
    "condition-removed", "import-missing", "import-changed", "parameters", "definition-missing",
    "body",
]  # fmt: skip


Undo = Callable[[dict[int, Any]], None]


_SIGNS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.And: "and", ast.Or: "or",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Difference:
    """One step from the reference to the code. `theirs` is the reference's node, `ours` the code's.

    `slot` is the field of the parent that holds it; `chain` are the code's nodes above, innermost first.
    """

    kind: Kind
    theirs: ast.AST | None
    ours: ast.AST | None
    lines: tuple[int, ...]  # of the code, most telling first
    slot: str = ""
    chain: tuple[ast.AST, ...] = ()
    undo: Undo | None = field(default=None, repr=False)

    def __str__(self) -> str:
        code, reference = trees.short(self.ours), trees.short(self.theirs)
        if self.kind == "operator" and self.chain:
            signs = [_SIGNS.get(type(node), type(node).__name__) for node in (self.ours, self.theirs)]
            return f"`{signs[0]}` for the reference's `{signs[1]}` in `{trees.short(self.chain[0])}`"
        if self.kind in ("missing", "definition-missing", "argument-missing", "import-missing"):
            return f"the reference's `{reference}` is not there"
        if self.kind in ("extra", "argument-extra"):
            return f"`{code}` is not in the reference"
        return f"`{code}` where the reference has `{reference}`"
