"""What a problem's files say about themselves: habits that make tests prove little, and names that disagree."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from deepbench_core import syntax
from deepbench_core.problems import PROMPT, REFERENCE, TESTS, Problem
from deepbench_core.validation.proof import Finding

LOOSEST = 1e-4
REASON = "# tolerance:"  # on the line of a looser tolerance or above it, followed by why it must be

_CLOCK = {"time", "timeit", "sched"}
_NETWORK = {"socket", "ssl", "urllib", "urllib3", "http", "ftplib", "smtplib", "requests", "httpx", "aiohttp"}
_OTHER_FILES = {"subprocess", "importlib", "inspect", "gc", "ctypes"}
_FORBIDDEN = {
    **dict.fromkeys(_CLOCK, "reads the clock"),
    **dict.fromkeys(_NETWORK, "reaches for the network"),
    **dict.fromkeys(_OTHER_FILES, "looks behind the code's interface"),
}
_FORBIDDEN_CALLS = {
    "sleep": "sleeps",
    "now": "reads the clock",
    "utcnow": "reads the clock",
    "today": "reads the clock",
    "perf_counter": "reads the clock",
    "monotonic": "reads the clock",
    "urlopen": "reaches for the network",
    "load_state_dict_from_url": "reaches for the network",
    "load_dataset": "reaches for the network",
}
_COMPARING = {"approx", "isclose", "allclose", "assert_close", "assert_allclose", "assert_frame_equal"}
_COMPARING |= {"assert_series_equal", "assert_almost_equal", "assert_array_almost_equal"}
_TOLERANCES = {"rel", "abs", "rtol", "atol", "rel_tol", "abs_tol"}
_SHAPING = {"property", "classmethod", "staticmethod"}  # decorators that change how something is called
_ORDERING = ast.Lt | ast.LtE | ast.Gt | ast.GtE


def lint(problem: Problem) -> list[Finding]:
    """All that reading the files shows."""
    tests = syntax.parse(problem.tests)
    lines = problem.tests.splitlines()
    found = []
    for text, seen in (
        ("a test may read neither clock nor network, nor look behind the interface", _forbidden(tests)),
        ("`not` over an ordering lets NaN through; write the ordering that must hold", _negated(tests)),
        (
            f"looser than {LOOSEST:g} without a reason; state one in a comment `{REASON} …` there or above",
            _loose(tests, lines),
        ),
        ("tests may use the entry points only", _beyond_entry_points(tests, set(problem.meta.entry_points))),
        ("a test that checks nothing", _idle(tests)),
    ):
        evidence = tuple(
            f"{TESTS}:{line}: {lines[line - 1].strip()}" + (f"  ({why})" if why else "") for line, why in seen
        )
        if evidence:
            found.append(Finding("lint", text, evidence))
    if unlike := tuple(_unlike(problem, tests)):
        found.append(Finding("signature", "prompt, reference and tests disagree", unlike))
    return found


Seen = Iterator[tuple[int, str]]  # line, and what it does where that isn't plain


def _forbidden(tree: ast.Module) -> Seen:
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Call):
            called = _called(node)
            if called in _FORBIDDEN_CALLS:
                yield node.lineno, _FORBIDDEN_CALLS[called]
            elif called == "open" and isinstance(node.func, ast.Name):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    yield node.lineno, "opens a file that is not of this test"
        for name in names:
            if (why := _FORBIDDEN.get(name.partition(".")[0])) and isinstance(node, ast.stmt):
                yield node.lineno, why


def _negated(tree: ast.Module) -> Seen:
    for node in ast.walk(tree):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Compare):
            if any(isinstance(op, _ORDERING) for op in node.operand.ops):
                yield node.lineno, ""
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Call):
            inner = node.operand.args[0] if node.operand.args else node.operand.func
            target = inner if isinstance(inner, ast.Compare) else getattr(node.operand.func, "value", None)
            if isinstance(target, ast.Compare) and any(isinstance(op, _ORDERING) for op in target.ops):
                yield node.lineno, ""


def _loose(tree: ast.Module, lines: list[str]) -> Seen:
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and _called(node) in _COMPARING:
            given = [keyword.value for keyword in node.keywords if keyword.arg in _TOLERANCES]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Lt | ast.LtE) and _is_distance(node.left):
            given = [node.comparators[0]]
        for value in given:
            number = value.value if isinstance(value, ast.Constant) else None
            if not isinstance(number, int | float) or number <= LOOSEST:
                continue
            first = node.lineno if isinstance(node, ast.Call | ast.Compare) else value.lineno
            if not (_has_reason(lines, value.lineno) or _has_reason(lines, first)):
                yield value.lineno, f"{number:g}"


def _beyond_entry_points(tree: ast.Module, allowed: set[str]) -> Seen:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name in ("solution", "reference") for alias in node.names):
            yield node.lineno, "imports the module itself"
        elif isinstance(node, ast.ImportFrom) and node.module in ("solution", "reference"):
            extra = [alias.name for alias in node.names if alias.name not in allowed]
            if extra:
                yield node.lineno, f"{', '.join(extra)} is no entry point"


def _idle(tree: ast.Module) -> Seen:
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}

    def checks(function: ast.AST, above: tuple[str, ...] = ()) -> bool:
        for node in ast.walk(function):
            if isinstance(node, ast.Assert):
                return True
            if isinstance(node, ast.Call):
                name = _called(node)
                if name.startswith(("assert", "raises", "fail", "warns")):
                    return True
                if name in functions and name not in above and checks(functions[name], (*above, name)):
                    return True
        return False

    for name, function in functions.items():
        if name.startswith("test") and not checks(function, (name,)):
            yield function.lineno, ""


def _unlike(problem: Problem, tests: ast.Module) -> Iterator[str]:
    prompt, reference = _definitions(problem.prompt), _definitions(problem.reference)
    used = {node.id for node in ast.walk(tests) if isinstance(node, ast.Name)}
    for name in problem.meta.entry_points:
        if name not in used:
            yield f"{TESTS}: never uses {name}"
    for name, asked in prompt.items():
        given = reference.get(name)
        if given is None:
            yield f"{REFERENCE}: {name} is in {PROMPT} and missing here"
        elif asked != given:
            yield f"{PROMPT}: {name}{asked}"
            yield f"{REFERENCE}: {name}{given}"


def _definitions(source: str) -> dict[str, str]:
    """Every function and method with its signature; of classes, their bases too."""
    found: dict[str, str] = {}

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                how = "".join(f" @{d}" for d in map(ast.unparse, node.decorator_list) if d in _SHAPING)
                found[prefix + node.name] = f"({ast.unparse(node.args)}){returns}{how}"
            elif isinstance(node, ast.ClassDef):
                found[prefix + node.name] = f"({', '.join(map(ast.unparse, node.bases))})"
                visit(node.body, f"{prefix}{node.name}.")

    visit(syntax.parse(source).body, "")
    return found


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_distance(node: ast.expr) -> bool:
    """`abs(a - b)`, `(a - b).abs().max()` and the like."""
    calls = [n for n in ast.walk(node) if isinstance(n, ast.Call) and _called(n) in ("abs", "fabs", "norm")]
    return any(isinstance(n, ast.BinOp) and isinstance(n.op, ast.Sub) for call in calls for n in ast.walk(call))


def _has_reason(lines: list[str], line: int) -> bool:
    """A comment at the end of the line, or in the comment lines just above it."""
    if REASON in lines[line - 1]:
        return True
    above = line - 2
    while above >= 0 and lines[above].lstrip().startswith("#"):
        if REASON in lines[above]:
            return True
        above -= 1
    return False
