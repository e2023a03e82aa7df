"""Variants of a reference that its tests must not let pass.

- A *mutant* has one small, plausible slip (general operators, and those of deep-learning code).
- A *stub* is an answer that no fair test accepts: raises, None, its first argument, zeros of the right shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper, PositionProvider

from deepbench_core import syntax

Kind = Literal["mutant", "stub"]

_COMPARE: dict[str, tuple[str, ...]] = {
    "<": ("<=", ">"),
    "<=": ("<", ">"),
    ">": (">=", "<"),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "is": ("is not",),
    "is not": ("is",),
    "in": ("not in",),
    "not in": ("in",),
}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "%": "//", "**": "*", "&": "|", "|": "&"}
_AUGMENTED = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}
# Names that deep-learning code confuses; each way round where both are slips that people make.
_NAMES: dict[str, str] = {
    "mean": "sum",
    "sum": "mean",
    "nanmean": "mean",
    "max": "min",
    "min": "max",
    "amax": "amin",
    "amin": "amax",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmax": "argmin",
    "argmin": "argmax",
    "log_softmax": "softmax",
    "softmax": "log_softmax",
    "logsumexp": "sum",
    "floor": "ceil",
    "ceil": "floor",
    "clamp_min": "clamp_max",
    "clamp_max": "clamp_min",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "tril": "triu",
    "triu": "tril",
    "cumsum": "cumprod",
    "log1p": "log",
    "expm1": "exp",
    "all": "any",
    "any": "all",
    "sqrt": "square",
    "append": "extend",
    "sigmoid": "tanh",
    "softplus": "relu",
    "sin": "cos",
    "cos": "sin",
}
_STRINGS: dict[str, str] = {"mean": "sum", "sum": "mean", "none": "mean", "right": "left", "left": "right"}
# Calls on a value that are easily forgotten; dropping one leaves the value itself.
_FORGOTTEN = {"detach", "abs", "clamp", "clamp_min", "clamp_max", "clip", "unsqueeze", "squeeze", "log", "exp", "sqrt"}
_FORGOTTEN |= {
    "transpose",
    "permute",
    "flip",
    "double",
    "float",
    "long",
    "round",
    "softmax",
    "masked_fill",
    "copy",
    "clone",
}
# Which of their first two arguments comes first makes no difference.
_COMMUTATIVE = {"max", "min", "maximum", "minimum", "fmax", "fmin", "add", "mul", "multiply", "logaddexp", "hypot"}
_COMMUTATIVE |= {"mse_loss", "l1_loss", "isclose", "allclose", "equal", "logical_and", "logical_or", "gcd"}
# Where -1 stands for whatever is left, another negative number is refused at once or means the same.
_RESHAPING = {"reshape", "view", "expand", "unflatten"}


@dataclass(frozen=True)
class Variant:
    """One changed reference. `id` is stable while the changed line stays the same."""

    kind: Kind
    operator: str
    line: int
    change: str
    code: str

    @property
    def id(self) -> str:
        return f"{self.operator}: {self.change}"


def mutants(source: str) -> list[Variant]:
    """Every single slip that the operators make in `source`; equal texts are kept once. Docstrings are left alone."""
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    collector = _Collector(wrapper.module)
    wrapper.visit(collector)
    encoded = source.encode()
    before = source.splitlines()
    found: dict[str, Variant] = {}
    for operator, start, end, text, line in collector.changes:
        code = (encoded[:start] + text.encode() + encoded[end:]).decode()
        if code == source or code in found or not parses(code):
            continue
        found[code] = Variant("mutant", operator, line, _change(before, code.splitlines(), line), code)
    return _numbered(list(found.values()))


def stubs(source: str, entry_points: Sequence[str]) -> list[Variant]:
    """Four answers that no fair test accepts, with the reference's signatures where those matter."""
    bodies = {
        "raises": "raise RuntimeError('stub')",
        "none": "return None",
        "first-argument": "return args[method] if len(args) > method else next(iter(kwargs.values()), None)",
        "zeros": "return zeros(original(*args, **kwargs))",
    }
    names = ", ".join(repr(name) for name in entry_points)
    return [
        Variant("stub", name, 0, name, f"{source.rstrip()}\n{_STUB.replace('BODY', body).replace('NAMES', names)}")
        for name, body in bodies.items()
    ]


# Wraps every entry point (a function, or the methods of a class) so that only the answer is wrong, not the signature.
_STUB = """

def _stub(original, method):
    import functools

    def zeros(value):
        if isinstance(value, (list, tuple, set)):
            items = [zeros(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        if isinstance(value, dict):
            return {key: zeros(item) for key, item in value.items()}
        if isinstance(value, (bool, int, float, complex, str, bytes)):
            return type(value)()
        if hasattr(value, "shape") and hasattr(value, "dtype"):
            return value * 0
        return None

    @functools.wraps(original)
    def wrapper(*args, **kwargs):
        BODY

    return wrapper


for _name in (NAMES,):
    _entry = globals()[_name]
    if isinstance(_entry, type):
        for _method, _function in list(vars(_entry).items()):
            if callable(_function) and _method != "__init__" and not isinstance(_function, type):
                setattr(_entry, _method, _stub(_function, 1))
    else:
        globals()[_name] = _stub(_entry, 0)
"""


class _Collector(cst.CSTVisitor):
    """Gathers (operator, start byte, end byte, new text, line)."""

    METADATA_DEPENDENCIES = (PositionProvider, ByteSpanPositionProvider)

    def __init__(self, module: cst.Module) -> None:
        super().__init__()
        self._module = module
        self.changes: list[tuple[str, int, int, str, int]] = []
        self._left_out: set[cst.CSTNode] = set()

    def _add(self, operator: str, node: cst.CSTNode, text: str) -> None:
        line = self.get_metadata(PositionProvider, node).start.line
        span = self.get_metadata(ByteSpanPositionProvider, node)
        self.changes.append((operator, span.start, span.start + span.length, text, line))

    def _code(self, node: cst.CSTNode) -> str:
        return self._module.code_for_node(node).strip()

    def visit_Call_func(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _RESHAPING:
            self._left_out |= {a.value for a in node.args if self._code(a.value) == "-1"}

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        return False  # hints change nothing at run time

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def visit_Raise(self, node: cst.Raise) -> bool:
        return False  # the message is not tested; that it raises is (see removed-statement)

    def visit_Assert(self, node: cst.Assert) -> bool:
        return False

    def visit_ComparisonTarget(self, node: cst.ComparisonTarget) -> None:
        for other in _COMPARE.get(self._code(node.operator), ()):
            self._add("compare", node.operator, other)

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        if other := _ARITHMETIC.get(self._code(node.operator)):
            self._add("arithmetic", node.operator, other)
        if isinstance(node.operator, cst.Add | cst.Subtract | cst.Multiply | cst.Divide):
            self._add("drop-term", node, self._code(node.left))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if other := _AUGMENTED.get(self._code(node.operator)):
            self._add("arithmetic", node.operator, other)

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        self._add("boolean", node.operator, "or" if isinstance(node.operator, cst.And) else "and")

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> bool:
        operand = node.expression
        if node in self._left_out:
            return False
        if isinstance(node.operator, cst.Minus) and isinstance(operand, cst.Integer):
            value = -int(operand.value, 0)  # usually a dim or an index
            for other in (value + 1, value - 1):
                self._add("constant", node, str(other))
            return False
        self._add("drop-sign" if isinstance(node.operator, cst.Minus) else "drop-not", node, self._code(operand))
        return True

    def visit_Integer(self, node: cst.Integer) -> None:
        value = int(node.value, 0)
        for other in (value + 1, value - 1):
            self._add("constant", node, f"({other})" if other < 0 else str(other))

    def visit_Float(self, node: cst.Float) -> None:
        value = float(node.value)
        self._add("constant", node, repr(value * 2 if value else 1.0))

    def visit_Name(self, node: cst.Name) -> None:
        if node.value in ("True", "False"):
            self._add("constant", node, "False" if node.value == "True" else "True")

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        value = node.evaluated_value
        if isinstance(value, str) and value in _STRINGS:
            self._add("mode", node, repr(_STRINGS[value]))

    def visit_Call(self, node: cst.Call) -> None:
        function = node.func
        if isinstance(function, cst.Attribute):
            if other := _NAMES.get(function.attr.value):
                self._add("confused-name", function.attr, other)
            if function.attr.value in _FORGOTTEN and not _is_module(function.value):
                self._add("forgotten-call", node, self._code(function.value))
        elif isinstance(function, cst.Name) and function.value in ("max", "min", "any", "all"):
            self._add("confused-name", function, _NAMES[function.value])
        self._visit_arguments(node)

    def _visit_arguments(self, node: cst.Call) -> None:
        texts = [self._code(a.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for a in node.args]
        plain = [i for i, a in enumerate(node.args) if a.keyword is None and not a.star]
        call = self._code(node.func)
        commutes = call.rpartition(".")[2] in _COMMUTATIVE
        if len(plain) >= 2 and texts[plain[0]] != texts[plain[1]] and not commutes:
            swapped = list(texts)
            swapped[plain[0]], swapped[plain[1]] = texts[plain[1]], texts[plain[0]]
            self._add("swapped-arguments", node, f"{call}({', '.join(swapped)})")
        for i, argument in enumerate(node.args):
            if argument.keyword is not None and len(texts) > 1:
                self._add("dropped-argument", node, f"{call}({', '.join(texts[:i] + texts[i + 1 :])})")
        if call == "range" and texts:
            end = min(1, len(texts) - 1)
            texts[end] = f"({texts[end]}) - 1"
            self._add("off-by-one", node, f"range({', '.join(texts)})")

    def visit_If(self, node: cst.If) -> None:
        for value in ("True", "False"):
            self._add("condition", node.test, value)

    def visit_IfExp(self, node: cst.IfExp) -> None:
        self._add("condition", node, self._code(node.body))
        self._add("condition", node, self._code(node.orelse))

    def visit_With(self, node: cst.With) -> None:
        if isinstance(node.lpar, cst.MaybeSentinel):
            self._drop_with(node)

    def _drop_with(self, node: cst.With) -> None:
        line = self.get_metadata(PositionProvider, node).start.line
        start = self.get_metadata(ByteSpanPositionProvider, node).start
        last = self.get_metadata(ByteSpanPositionProvider, node.items[-1])
        self.changes.append(("dropped-with", start, last.start + last.length, "if True", line))

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        statement = node.body[0]
        is_text = isinstance(statement, cst.Expr) and isinstance(
            statement.value, cst.SimpleString | cst.ConcatenatedString
        )
        removable = cst.Expr | cst.AugAssign | cst.Raise | cst.Continue | cst.Break
        stored = isinstance(statement, cst.Assign) and not isinstance(statement.targets[0].target, cst.Name | cst.Tuple)
        if len(node.body) == 1 and not is_text and (stored or isinstance(statement, removable)):
            self._add("removed-statement", statement, "pass")


def _is_module(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value in {"torch", "np", "numpy", "F", "nn", "math", "functional"}


def parses(code: str) -> bool:
    """Whether Python can read it."""
    try:
        syntax.parse(code)
    except SyntaxError:
        return False
    return True


def _change(before: list[str], after: list[str], line: int) -> str:
    old = before[line - 1].strip()
    if len(after) == len(before):
        differing = [(a.strip(), b.strip()) for a, b in zip(before, after, strict=True) if a != b]
        if differing:
            old, new = differing[0]
            return f"{old}  →  {new}"
    new = after[line - 1].strip() if line <= len(after) else ""
    return f"{old}  →  {new}"


def _numbered(variants: list[Variant]) -> list[Variant]:
    """Give variants whose ids coincide (the same slip on two equal lines) a number each."""
    seen: dict[str, int] = {}
    result = []
    for variant in variants:
        count = seen[variant.id] = seen.get(variant.id, 0) + 1
        change = variant.change if count == 1 else f"{variant.change} ({count})"
        result.append(Variant(variant.kind, variant.operator, variant.line, change, variant.code))
    return result
