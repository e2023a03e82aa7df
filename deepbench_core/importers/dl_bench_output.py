"""What DL-Bench's harness wrote about one generation (`Result/processed_….txt`): tests, counts, verdict.

A record begins with the names of its file and function, says in a set which tests failed with the generated code and
not with the original, and holds what pytest printed three times: with the generated code, with the original put back,
and before anything was changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deepbench_core.diagnosis.symptoms import from_text, sections
from deepbench_core.taxonomy import Verdict

_HEAD = re.compile(
    r"\Aoutput file:\n(?P<name>[^\n]+)\nfunction:\n(?P<function>[^\n]*)\nError Cases:\n(?P<errors>.*?)"
    r"^Pass or Failed: (?P<flag>[01])\n\nRelated Failed Test Cases:\n(?P<related>.*)",
    re.M | re.S,
)
_GENERATED = re.compile(r"^All Test Cases On Generated code:[ \t]*$", re.M)
_ORIGINAL = re.compile(r"^Final Test Result:[ \t]*$", re.M)
_BEFORE = re.compile(r"^Initial Result:[ \t]*$", re.M)

_TOTALS = re.compile(r"^=+ (?P<totals>[^=\n]*?) in [\d.]+s.*=+$", re.M)
_ROOT = re.compile(r"^rootdir: (?P<path>[^\s,]+)", re.M)
_VERBOSE = re.compile(r"^(?P<id>[^\s:]+::.+?) (?P<outcome>PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b", re.M)
_SUMMARY = re.compile(r"^(?P<outcome>FAILED|ERROR) (?P<id>\S+?\.py(?:::.+?)?)(?: - .*)?$", re.M)
_ERROR_LINE = re.compile(r"^E  +(\S.*)$", re.M)
_OUTCOMES = {
    "PASSED": "passed",
    "FAILED": "failed",
    "ERROR": "error",
    "SKIPPED": "skipped",
    "XFAIL": "xfailed",
    "XPASS": "passed",
}


@dataclass(frozen=True)
class Counts:
    """Tests of one run of pytest; what was skipped or expected to fail tells nothing about the code."""

    passed: int = 0
    failed: int = 0
    errors: int = 0

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.errors


@dataclass(frozen=True)
class Output:
    """One record. `ran` and `original` are None where the record is cut and does not say; `root` is pytest's."""

    name: str
    function: str
    root: str
    verdict: Verdict
    message: str
    tests: tuple[dict[str, Any], ...]  # as the judge's, what did not pass with pytest's text about it
    ran: Counts | None
    original: Counts | None


def read_output(text: str) -> Output:
    """Read one record. Raises ValueError for what does not begin like one."""
    text = text.replace("\r\n", "\n")
    head = _HEAD.match(text)
    if head is None:
        raise ValueError("does not begin like an output of DL-Bench's tests (output file: … Pass or Failed: 0 …)")
    related, generated, original = _parts(head["related"])
    ran, put_back = _counts(generated), _counts(original)
    tests = tuple(_tests(generated or ""))
    failed = head["flag"] == "0" or related.strip() != "set()"
    verdict, message = _verdict(failed, ran, put_back)
    if said := next((t["message"] for t in tests if t["message"] and t["outcome"] in ("failed", "error")), ""):
        message = said if verdict in (Verdict.FAILED, Verdict.ERROR) else message
    elif verdict is Verdict.ERROR:
        message = _said(head["errors"]) or message
    root = _ROOT.search(text)
    return Output(
        head["name"].strip().removesuffix(".json").removesuffix(".txt"),
        head["function"].strip(),
        root["path"] if root else "",
        verdict,
        message,
        tests,
        ran,
        put_back,
    )


def _parts(text: str) -> tuple[str, str | None, str | None]:
    """The set of tests, and pytest's text with the code and with the original; None for one whose end is missing.

    Where a record was cut before the first heading, what is left of that part ends as it should.
    """
    generated, original = _GENERATED.search(text), _ORIGINAL.search(text)
    before = _BEFORE.search(text)
    first = min((m.start() for m in (generated, original, before) if m), default=len(text))
    ran = text[generated.end() if generated else 0 : original.start()] if original else None
    back = text[original.end() : before.start()] if original and before else None
    return text[:first], ran, back


def _counts(text: str | None) -> Counts | None:
    if text is None:
        return None
    totals = [m["totals"] for m in _TOTALS.finditer(text)]
    found = dict.fromkeys(("passed", "failed", "error"), 0)
    for number, word in re.findall(r"(\d+) (passed|failed|error)s?\b", totals[-1] if totals else ""):
        found[word] = int(number)
    return Counts(*found.values())


def _verdict(failed: bool, ran: Counts | None, original: Counts | None) -> tuple[Verdict, str]:
    """How it ended as far as the record says, and in words why where no test does."""
    if failed:
        return Verdict.FAILED, "tests fail that the original passes"
    if ran is None or original is None:
        return Verdict.HARNESS, "the recorded output is cut and does not say how the tests ended"
    if not original.passed:
        return Verdict.HARNESS, "the original's tests did not run in DL-Bench's harness either"
    if not ran.passed and not ran.failed:
        return Verdict.ERROR, "no test ran with the code, though the original's tests do"
    return Verdict.PASSED, ""  # whatever fails, fails with the original too


def _tests(text: str) -> Iterator[dict[str, Any]]:
    """Every test that pytest names, in the order of its text."""
    outcomes: dict[str, str] = {}
    for pattern in (_VERBOSE, _SUMMARY):
        for match in pattern.finditer(text):
            name = _short(match["id"])
            outcome = _OUTCOMES[match["outcome"]]
            if outcomes.get(name) != "failed":  # a test may pass and its teardown err
                outcomes[name] = outcome if outcome in ("failed", "error") else outcomes.get(name, outcome)
    told = {name: part for name, part in sections(text) if name}
    for name, outcome in outcomes.items():
        part = _told(name, told) if outcome in ("failed", "error") else ""
        yield {"id": name, "outcome": outcome, "seconds": None, "message": _said(part), "traceback": part.strip("\n")}


def _short(test: str) -> str:
    """`../x/tests/test_a.py::T::test_b[1/2]` → `test_a.py::T::test_b[1/2]`."""
    file, mark, rest = test.partition("::")
    return file.rpartition("/")[2] + mark + rest


def _told(test: str, told: dict[str, str]) -> str:
    """Pytest's text about a test: `test_a.py::T::test_b` stands under `T.test_b`, an uncollected file its path."""
    file, _, rest = test.partition("::")
    if rest:
        name, bracket, parameters = rest.partition("[")
        return told.get(name.replace("::", ".") + bracket + parameters, "")
    return next((part for name, part in told.items() if name.rpartition("/")[2] == file), "")


def _said(text: str) -> str:
    """The exception that a traceback ends with, on one line."""
    found = from_text(text)
    if found.raised and found.raised[0].type not in ("AssertionError", "Failed"):
        said = str(found.raised[0])
    else:
        more = "" if any(found.assertions) else " ".join(_ERROR_LINE.findall(text)[1:4])
        said = f"AssertionError: {found.assertions[0] or more}" if found.assertions else ""
    return " ".join(said.split())[:300]
