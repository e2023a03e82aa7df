"""Counterfactuals: put back one difference to the reference, run the tests, see what repairs the code.

What repairs it names the cause and the line. Bounded in number and time; code of another structure than the reference
is left to the rules, for no single difference means anything there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, replace

from deepbench_core.categories import Category
from deepbench_core.diagnosis import Diagnosis, Evidence
from deepbench_core.diagnosis.lookups import Found
from deepbench_core.diagnosis.rules import ORDER, Case, Finding, diagnose_case, made, ranked, seen_with
from deepbench_core.executors.types import Judgement
from deepbench_core.taxonomy import Verdict

Submit = Callable[[str], "Future[Judgement]"]

SECONDS = 2.0
COUNT = 24
MOST = 40  # differences; with more, the code is no variant of the reference

# What an exception already proves; a repair adds the line, not another name for it.
_PROVEN = {Category.SYNTAX, Category.IMPORT, Category.HALLUCINATED, Category.ATTRIBUTE, Category.REFERENCE}


@dataclass
class _Budget:
    submit: Submit
    until: float
    left: int
    runs: int = 0

    def passes(self, code: str | None) -> bool | None:
        """Whether the tests pass; None where there is nothing to run or no time or number left."""
        remaining = self.until - time.monotonic()
        if code is None or self.left <= 0 or remaining <= 0:
            return None
        self.left -= 1
        self.runs += 1
        try:
            verdict = self.submit(code).result(timeout=remaining).verdict
        except FutureTimeout:
            self.left = 0
            return None
        return None if verdict is Verdict.HARNESS else verdict is Verdict.PASSED


def diagnose(case: Case, submit: Submit, *, seconds: float = SECONDS, count: int = COUNT) -> Diagnosis:
    """The rules' diagnosis, and where an experiment repairs the code, what that shows."""
    by_rules = diagnose_case(case)
    comparison = case.comparison
    if by_rules.category in (Category.HARNESS, Category.SYNTAX) or comparison is None:
        return by_rules
    findings = ranked(case, case.failure.symptoms.main)
    if not findings or len(findings) > MOST:
        return _with(by_rules, "no single difference to the reference to put back")
    budget = _Budget(submit, time.monotonic() + seconds, count)
    causes = _causes(case, findings, budget)
    if causes is None:
        return _with(by_rules, f"putting back single differences repaired nothing in {budget.runs} runs")
    return _explained(case, causes)


def _with(by_rules: Diagnosis, said: str) -> Diagnosis:
    return replace(by_rules, evidence=(*by_rules.evidence, Evidence("experiment", said)))


def _causes(case: Case, findings: list[Finding], budget: _Budget) -> list[Finding] | None:
    """The one difference that repairs the code when put back, else those that spoil it each by itself."""
    comparison = case.comparison
    assert comparison is not None
    usable = [f for f in findings if f[0].undo is not None]
    for finding in usable:
        if budget.passes(comparison.undone([finding[0]])):
            return [finding]
    if len(usable) < 2 or not budget.passes(comparison.undone([f[0] for f in usable])):
        return None
    spoiling = []
    for finding in usable:
        passed = budget.passes(comparison.undone([f[0] for f in usable if f is not finding]))
        if passed is None:
            return None
        if not passed:
            spoiling.append(finding)
    return spoiling or None


def _explained(case: Case, causes: list[Finding]) -> Diagnosis:
    raised = case.failure.symptoms.main
    seen = sorted((seen_with(f, raised) for f in causes), key=lambda f: ORDER.index(f[1]))
    difference, category, reason = seen[0]
    line = difference.lines[0] if difference.lines else None
    confidence = 0.97 if len(causes) == 1 else 0.85
    found = Found(category, confidence, f"{difference}: {reason}", line)
    if case.lookup is not None and case.lookup.category in _PROVEN:
        found = replace(case.lookup, confidence=confidence)
    word = "alone makes all tests pass" if len(causes) == 1 else "is needed for the tests to pass"
    shown = [
        Evidence("experiment", f"put back, it {word}: {d} ({r})"[:400], n)
        for d, _, r in seen
        for n in d.lines[:2] or (None,)
    ]
    diagnosis = made(case, found, seen)
    evidence = tuple(dict.fromkeys([*shown, *diagnosis.evidence]))
    return replace(diagnosis, source="counterfactual", evidence=evidence)
