"""Diagnosis by rules: deterministic, offline, in milliseconds.

The order is the procedure's: what can't be parsed or looked up comes before what differs from the reference, and that
before what only the tests' words tell.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from deepbench_core import procedure
from deepbench_core.categories import Category, Facet
from deepbench_core.diagnosis import Diagnosis, Evidence, asking, classify, conditions, lookups, patterns, trees
from deepbench_core.diagnosis.attempt import attempt
from deepbench_core.diagnosis.differences import Comparison, compare
from deepbench_core.diagnosis.facets import facet
from deepbench_core.diagnosis.failure import Failure, find_line
from deepbench_core.diagnosis.lookups import Found
from deepbench_core.diagnosis.names import EMPTY, Index
from deepbench_core.diagnosis.steps import Difference
from deepbench_core.diagnosis.symptoms import Raised

MAX_EVIDENCE = 12

Finding = tuple[Difference, Category, str]  # with the category that it alone would be, and why

ORDER = procedure.order()  # which of several differences is primary


@dataclass(frozen=True)
class Case:
    """A failure with everything that can be read from it, read once."""

    failure: Failure
    index: Index = field(default=EMPTY, repr=False)

    @cached_property
    def tree(self) -> ast.Module | SyntaxError:
        return trees.parse(self.failure.code or "")

    @cached_property
    def reference(self) -> ast.Module | None:
        if not self.failure.reference:
            return None
        tree = trees.parse(self.failure.reference)
        return None if isinstance(tree, SyntaxError) else tree

    @cached_property
    def comparison(self) -> Comparison | None:
        """Code against reference; None where one of them is missing or not Python."""
        if self.reference is None or isinstance(self.tree, SyntaxError):
            return None
        return compare(self.tree, self.reference)

    @cached_property
    def ground(self) -> asking.Ground:
        assert isinstance(self.tree, ast.Module)
        imported = {n: t for n, (t, _) in trees.imports(self.tree).items()}
        if self.reference is not None:
            imported |= {n: t for n, (t, _) in trees.imports(self.reference).items() if n not in imported}
        reference = self.reference if self.reference is not None else ast.Module(body=[], type_ignores=[])
        return asking.Ground(self.tree, reference, self.failure.literals, self.index, imported)

    @cached_property
    def findings(self) -> list[Finding]:
        """Every difference with its category, where the two are variants of each other."""
        if self.comparison is None or not self.comparison.same_structure:
            return []
        return [(d, *classify.category(d, self.ground)) for d in self.comparison.differences]

    @cached_property
    def partial(self) -> Found | None:
        """What the code does not attempt, where that is much."""
        if self.reference is None or isinstance(self.tree, SyntaxError):
            return None
        found = attempt(self.tree, self.reference)
        return Found(Category.DEVIATES, 0.5, str(found)) if found.partial else None

    @cached_property
    def lookup(self) -> Found | None:
        """What a failed look-up says, where that is what most tests ended with."""
        raised = self.failure.symptoms.main
        if raised is None or not self.failure.code or isinstance(self.tree, SyntaxError):
            return None
        return lookups.failed_lookup(self, raised)

    def line_of(self, raised: Raised | None) -> int | None:
        """The line of the code that an exception came from."""
        if raised is None or self.failure.code is None:
            return None
        lines = self.failure.code.count("\n") + 1
        if raised.line is not None and raised.line <= lines:
            return raised.line
        return find_line(self.failure.code, raised.source)


def diagnose(failure: Failure, index: Index = EMPTY) -> Diagnosis:
    """The diagnosis of one failure by rules alone."""
    return diagnose_case(Case(failure, index))


def diagnose_case(case: Case) -> Diagnosis:
    """The same for a case that was read already."""
    failure = case.failure
    symptoms = failure.symptoms
    if symptoms.verdict in ("harness", "provider"):
        return made(case, Found(Category.HARNESS, 0.95, symptoms.verdict), [])
    if not (failure.code or "").strip():
        return made(case, _no_code(failure), [])
    if isinstance(case.tree, SyntaxError):
        return _unparsed(case, case.tree)
    raised = symptoms.main
    found = case.lookup
    if found is None and (raised is None or not case.findings):
        found = lookups.static(case) if raised is None and not symptoms.assertions else None
    findings = ranked(case, raised)
    if found is not None:
        return made(case, found, findings)
    refused = raised is not None and lookups.is_type_complaint(raised)
    wrong = raised is not None or bool(symptoms.failed or symptoms.assertions)
    if wrong and not refused and not symptoms.limit and case.partial is not None:
        return made(case, case.partial, findings)
    if findings:
        return _by_difference(case, findings, raised)
    by_words = _by_words(case, raised)
    return made(case, by_words, []) if by_words else _undetermined(case)


def _unparsed(case: Case, error: SyntaxError) -> Diagnosis:
    """Where Python stops reading, and where the text first departs from the reference."""
    diagnosis = made(case, Found(Category.SYNTAX, 1.0, f"SyntaxError: {error.msg}", error.lineno), [])
    lines = [" ".join(line.split()) for line in (case.failure.code or "").splitlines()]
    wanted = [" ".join(line.split()) for line in (case.failure.reference or "").splitlines()]
    same = difflib.SequenceMatcher(None, wanted, lines, autojunk=False)
    if not wanted or same.ratio() < 0.6:
        return diagnosis
    departs = [b1 + 1 for tag, _, _, b1, b2 in same.get_opcodes() if tag in ("replace", "insert") and b1 < len(lines)]
    shown = tuple(Evidence("difference", f"`{lines[n - 1][:80]}` is not in the reference", n) for n in departs[:3])
    return replace(diagnosis, evidence=diagnosis.evidence + shown)


def _no_code(failure: Failure) -> Found:
    """The response held no code that parses: broken code, or none."""
    fenced = re.findall(r"```[^\n]*\n(.*?)(?:```|\Z)", failure.response, re.S)
    for text in [*fenced, failure.response]:
        if re.search(r"^\s*(?:def|class) \w+", text, re.M):
            error = trees.parse(text)
            if isinstance(error, SyntaxError):
                return Found(Category.SYNTAX, 0.85, f"the response's code does not parse: {error.msg}")
    return Found(Category.DEVIATES, 0.8, "the response holds no code" if failure.response.strip() else "empty response")


# Differences ---------------------------------------------------------------------------------------------------------


def ranked(case: Case, raised: Raised | None) -> list[Finding]:
    """Differences, those on the line of the exception first, then in the procedure's order."""
    line = case.line_of(raised)

    def place(finding: Finding) -> tuple[int, int, int]:
        difference, category, _ = finding
        here = line is not None and line in difference.lines
        return (0 if here else 1, ORDER.index(category), difference.lines[0] if difference.lines else 0)

    return sorted(case.findings, key=place)


def _by_difference(case: Case, findings: list[Finding], raised: Raised | None) -> Diagnosis:
    difference, category, reason = seen_with(findings[0], raised)
    confidence = {1: 0.85, 2: 0.6, 3: 0.5}.get(len(findings), 0.4)
    found = Found(category, confidence, f"{difference}: {reason}", difference.lines[0] if difference.lines else None)
    return made(case, found, findings)


def seen_with(finding: Finding, raised: Raised | None) -> Finding:
    """The finding in the light of the exception: what is refused for its type is an argument's type, not logic."""
    difference, category, _reason = finding
    if raised is None or not lookups.is_type_complaint(raised):
        return finding
    ours = difference.ours
    if difference.kind == "attribute" and "not callable" in raised.message:
        return difference, Category.ATTRIBUTE, "not to be called"
    if difference.kind == "wrapped" and category in (Category.UNREQUESTED, Category.SILLY):
        handed_on = difference.chain and isinstance(
            difference.chain[0], ast.Call | ast.Subscript | ast.BinOp | ast.Compare
        )
        return (difference, Category.ARGUMENT_TYPE, "refused for its type") if handed_on else finding
    if category is not Category.LOGIC:
        return finding
    kinds = ("argument-extra", "wrapped", "unwrapped", "expression")
    # Arithmetic that is refused is wrong arithmetic, unless what went is a call around it.
    computed = isinstance(ours, ast.BinOp | ast.Compare | ast.UnaryOp | ast.BoolOp) and not (
        difference.kind == "unwrapped" and isinstance(difference.theirs, ast.Call)
    )
    if (difference.kind in kinds and not computed) or _converts(difference):
        return difference, Category.ARGUMENT_TYPE, "a call does not take it"
    return finding


def _converts(difference: Difference) -> bool:
    return isinstance(difference.ours, ast.Constant) and isinstance(difference.ours.value, str)


# The tests' words ----------------------------------------------------------------------------------------------------

_CORNERS = re.compile(
    r"empty|zero|none|single|one_|_one|corner|edge|extreme|nan|inf\b|huge|tiny|large|small|ties?\b|negative|refus|invalid"
    r"|reject|raise|error|wrong|bad|missing|degenerate|\b0\b|singleton|duplicate|constant|all_same|no_",
    re.I,
)


def _by_words(case: Case, raised: Raised | None) -> Found | None:
    """Without a comparable reference: what the exception and the failing tests say."""
    symptoms = case.failure.symptoms
    line = case.line_of(raised)
    if symptoms.limit:
        return Found(Category.PERFORMANCE, 0.6, f"the limit of {symptoms.limit} was reached", line)
    if raised is not None and raised.type not in ("AssertionError", "Failed"):
        return _by_exception(case, raised, line)
    if (test := _never_decides(case.tree)) is not None:
        text = f"`{ast.unparse(test)[:80]}` is always or never true"
        return Found(Category.SILLY, 0.6, text, test.lineno)
    if any("DID NOT RAISE" in text for text in symptoms.assertions) and symptoms.passed:
        return Found(Category.CORNER_CASE, 0.7, "wrong input is not refused")
    if not symptoms.failed and not symptoms.assertions:
        return None
    corners = [name for name in symptoms.failed if _CORNERS.search(name)]
    if symptoms.passed and symptoms.failed and len(corners) == len(symptoms.failed):
        return Found(Category.CORNER_CASE, 0.55, f"only corner cases fail: {', '.join(corners[:4])}")
    if any(patterns.other_form(value) for value in symptoms.values):
        return Found(Category.DEVIATES, 0.4, "what comes back is another kind of thing than was asked for")
    if symptoms.values or symptoms.assertions:
        few = symptoms.passed > 2 * len(symptoms.failed)
        if few and corners:
            return Found(Category.CORNER_CASE, 0.4, f"few tests fail, among them {', '.join(corners[:3])}")
        return Found(Category.LOGIC, 0.35, "the right kind of thing with wrong values")
    return None


def _never_decides(tree: ast.Module | SyntaxError) -> ast.expr | None:
    """The first condition of the code that its input can't change; a constant may stand there on purpose."""
    for node in ast.walk(tree) if isinstance(tree, ast.Module) else ():
        test = node.test if isinstance(node, ast.If | ast.While | ast.IfExp) else None
        if isinstance(test, ast.BoolOp | ast.Compare) and conditions.trivial_condition(test):
            return test
    return None


def _by_exception(case: Case, raised: Raised, line: int | None) -> Found | None:
    few = case.failure.symptoms.passed > len(case.failure.symptoms.failed)
    source = raised.source or (case.failure.code or "").splitlines()[line - 1].strip() if line else raised.source
    if raised.type == "NotImplementedError" and (line or raised.origin == "code"):
        return Found(Category.DEVIATES, 0.8, f"{raised}: not attempted", line)
    if raised.origin == "test" and line is None:
        return Found(Category.DEVIATES, 0.5, f"the test can't use what comes back: {raised}")
    if lookups.is_type_complaint(raised):
        return Found(Category.ARGUMENT_TYPE, 0.6, str(raised), line)
    if source.startswith(("raise ", "assert ")):
        return Found(Category.UNREQUESTED, 0.5, f"a check of the code refuses the test's input: {raised}", line)
    if raised.type == "ZeroDivisionError" or few:
        return Found(Category.CORNER_CASE, 0.5, str(raised), line)
    return Found(Category.LOGIC, 0.45, str(raised), line)


# The result ----------------------------------------------------------------------------------------------------------


def made(case: Case, found: Found, findings: Sequence[Finding]) -> Diagnosis:
    """A diagnosis with its evidence: the finding, the exception, both values, the differences, how many tests fail."""
    symptoms = case.failure.symptoms
    raised = symptoms.main
    evidence = [Evidence("finding", found.text, found.line)]
    line = case.line_of(raised)
    if raised is not None:
        evidence.append(Evidence("exception", f"{raised} (raised in: {raised.origin})"[:400], line))
    concerned = [f for f in findings if f[1] is found.category or (line is not None and line in f[0].lines)]
    for difference, category, reason in [*concerned, *(f for f in findings if f not in concerned)]:
        text = f"{difference}: {reason} ({category.label.lower()})"[:400]
        for number in difference.lines[:2] or (None,):
            evidence.append(Evidence("difference", text, number))
    evidence += _shown(case)
    further = [f[1] for f in findings if f[1] is not found.category]
    categories = tuple(dict.fromkeys([found.category, *found.further, *further]))
    about = facet(found.category, [f[0] for f in concerned], symptoms, case.failure.code or "")
    kept = tuple(dict.fromkeys(evidence))[:MAX_EVIDENCE]
    return Diagnosis(found.category, categories, found.facet or about, found.confidence, "rules", kept)


def _shown(case: Case) -> list[Evidence]:
    symptoms = case.failure.symptoms
    shown = [Evidence("values", text) for text in dict.fromkeys(filter(None, map(patterns.describe, symptoms.values)))][
        :2
    ]
    if symptoms.assertions:
        shown.append(Evidence("assertion", " ".join(symptoms.assertions[0].split())[:300]))
    if symptoms.failed:
        shown.append(Evidence("tests", f"{len(symptoms.failed)} fail, {symptoms.passed} pass"))
    comparison = case.comparison
    if comparison is not None and not comparison.same_structure:
        shown.append(Evidence("structure", f"another solution than the reference: {comparison.shared:.0%} in common"))
    return shown


def _undetermined(case: Case) -> Diagnosis:
    about = facet(None, [], case.failure.symptoms, case.failure.code or "")
    return Diagnosis(None, (), about if about else Facet.GENERAL, 0.0, "rules", tuple(_shown(case)))
