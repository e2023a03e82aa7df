"""What the tests showed: exceptions with the frame they came from, failed assertions with both values, counts.

Two sources: the judge's own outcomes, and the text of any pytest run. Where the text names no line of the code (it was
pasted into another file, say), the line is found by the source text that pytest quotes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Origin = Literal["code", "library", "test", "unknown"]  # whose frame is the innermost, libraries called by the code

SOLUTION = "solution.py"


@dataclass(frozen=True)
class Raised:
    """One exception. `line` is the innermost line of the code that was on the stack; `source` its text."""

    type: str
    message: str
    origin: Origin = "unknown"
    line: int | None = None
    source: str = ""
    test: str = ""

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True)
class Symptoms:
    """Everything the tests showed of one sample."""

    raised: tuple[Raised, ...] = ()  # exceptions that are no failed assertion
    assertions: tuple[str, ...] = ()  # messages of failed assertions
    values: tuple[Mapping[str, Any], ...] = ()  # got and expected, as the judge records them
    failed: tuple[str, ...] = ()  # ids of the tests that did not pass
    passed: int = 0
    limit: Literal["", "time", "memory", "recursion"] = ""
    verdict: str = ""
    text: str = field(default="", repr=False)

    @property
    def main(self) -> Raised | None:
        """The exception that most tests ended with."""
        if not self.raised:
            return None
        counted = Counter((r.type, r.message.split("\n")[0]) for r in self.raised)
        first = counted.most_common(1)[0][0]
        alike = [r for r in self.raised if (r.type, r.message.split("\n")[0]) == first]
        return next((r for r in alike if r.line is not None), alike[0])

    @property
    def all_failed(self) -> bool:
        return bool(self.failed) and not self.passed


def from_judge(
    tests: Iterable[Mapping[str, Any]], *, verdict: str = "", message: str = "", output: str = ""
) -> Symptoms:
    """Symptoms of a sample of our own, from what the judge recorded."""
    raised: list[Raised] = []
    assertions, values, failed, passed = [], [], [], 0
    text = [message]
    for test in tests:
        if test.get("outcome") == "passed":
            passed += 1
            continue
        name = str(test.get("id", ""))
        failed.append(name)
        if test.get("outcome") == "missing":
            continue
        trace = str(test.get("traceback") or "")
        said = str(test.get("message") or "")
        text += [said, trace]
        found = _exception(said, trace, name)
        if test.get("values"):
            values.append(test["values"])
        if found is None or found.type in ("AssertionError", "Failed"):
            assertions.append(said)
        if found is not None and (found.type not in ("AssertionError", "Failed") or found.line is not None):
            raised.append(found)
    if not raised and (found := _exception(message, message + "\n" + output[-4000:], "")) is not None:
        raised.append(found)
    whole = "\n".join(text)[:200_000]
    return Symptoms(
        tuple(raised), tuple(assertions), tuple(values), tuple(failed), passed, _limit(verdict, whole), verdict, whole
    )


def from_text(output: str) -> Symptoms:
    """Symptoms from what pytest, the judge or a bare Python printed."""
    text = _COLOUR.sub("", output.replace("\r\n", "\n"))[:400_000]
    blocks = sections(text)
    raised: list[Raised] = []
    assertions: list[str] = []
    for name, section in blocks:
        found = _exception("", section, name)
        if found is None:
            continue
        if found.type in ("AssertionError", "Failed"):
            assertions.append(found.message)
        if found.type not in ("AssertionError", "Failed") or found.line is not None:
            raised.append(found)
    if not raised and not assertions and (found := _exception("", text, "")) is not None:
        raised.append(found)  # said once for all tests, none of which ran
    failed, passed = _counts(text)
    return Symptoms(
        tuple(raised), tuple(assertions), tuple(_literal_values(text)), failed, passed, _limit("", text), "", text
    )


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# A long name leaves a single underscore on each side; a row of `_ _ _` parts the frames within a section.
_SECTION = re.compile(r"^_+ (?:ERROR (?:collecting|at \w+ of) )?(?P<name>(?!_ )\S.*?) _+$", re.M)
_TYPE = (
    r"(?P<type>(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Iteration|Expired|Failed)"
    r"|Failed|Exception)"
)
_RAISED = re.compile(rf"^(?:E\s+|(?:FAILED|ERROR) .*? - )?{_TYPE}(?::[ \t]*(?P<message>.*))?$", re.M)
_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<where>\S+))?\n(?P<source>[^\n]*)', re.M)
_SHORT = re.compile(r"^(?P<file>[^\s:]+\.py):(?P<line>\d+): ?(?P<what>.*)$", re.M)
_QUOTED = re.compile(r"^>\s+(?P<source>\S.*)$", re.M)
_BARE = re.compile(r"^E\s+(?P<said>assert .*|.*did not raise.*)$", re.M | re.I)


def sections(text: str) -> list[tuple[str, str]]:
    """(test, what pytest printed about it); the whole text under no name where there are no sections."""
    marks = list(_SECTION.finditer(text))
    if not marks:
        blocks = re.split(r"\n(?=Traceback \(most recent call last\):)", text)
        return [("", block) for block in blocks[:200]]
    ends = [m.start() for m in marks[1:]] + [len(text)]
    cut = re.compile(r"^={3,} (?:short test summary|warnings summary|\d+ (?:failed|passed)).*", re.M)
    found = []
    for mark, end in zip(marks, ends, strict=True):
        section = text[mark.end() : end]
        stop = cut.search(section)
        found.append((mark["name"], section[: stop.start()] if stop else section))
    return found[:400]


def _exception(message: str, trace: str, test: str) -> Raised | None:
    """The last exception that a traceback speaks of; `message` wins where it names one itself."""
    named = _RAISED.match(message.strip().split("\n")[0]) if message.strip() else None
    if named is None and message.strip() and (inside := _INSIDE.search(message)):
        named = inside
    match = named or max(_RAISED.finditer(trace), key=lambda m: m.start(), default=None)
    if match is None:
        bare = _BARE.search(trace)
        return Raised("AssertionError", bare["said"], "test", test=test) if bare else None
    kind = match["type"].rpartition(".")[2]
    said = (match["message"] or "").strip()
    if named is not None and "\n" in message:
        said = message.strip().partition(": ")[2].strip() or said
    origin, line, source = _where(trace)
    return Raised(kind, said[:600], origin, line, source, test)


_INSIDE = re.compile(rf"(?:^|[\s:(]){_TYPE}: (?P<message>[^\n]*)")


def _where(trace: str) -> tuple[Origin, int | None, str]:
    """Whose innermost frame it is, and the innermost line of the code."""
    remote = trace.rpartition("In the code's process:")
    text = remote[2] if remote[1] else trace
    frames = [(m["file"], int(m["line"]), m["source"].strip(), m.start()) for m in _FRAME.finditer(text)]
    quoted = list(_QUOTED.finditer(text))
    for m in _SHORT.finditer(text):
        above = [q for q in quoted if q.start() < m.start()]
        frames.append((m["file"], int(m["line"]), above[-1]["source"].strip() if above else "", m.start()))
    frames.sort(key=lambda frame: frame[3])
    if not frames:
        return "unknown", None, quoted[-1]["source"].strip() if quoted else ""
    kinds = [_whose(file) for file, _, _, _ in frames]
    mine = [frame for frame, kind in zip(frames, kinds, strict=True) if kind == "code"]
    if mine:
        inner: Origin = "code" if kinds[-1] == "code" else "library" if kinds[-1] != "test" else "test"
        if inner == "test" and remote[1]:
            inner = "code"
        return inner, mine[-1][1], mine[-1][2]
    last = frames[-1]
    if kinds[-1] == "test":
        return "test", None, last[2]
    # The code pasted into a module of a project: the frame below the last test's is probably it.
    after = [f for f, kind in zip(frames, kinds, strict=True) if kind == "other"]
    if after:
        return ("library" if kinds[-1] == "library" else "code"), None, after[-1][2]
    return ("library" if "library" in kinds else "unknown"), None, last[2]


def _whose(file: str) -> Literal["code", "test", "library", "other"]:
    name = file.rpartition("/")[2]
    if name == SOLUTION or "/solution" in file or name in ("<string>", "generated.py", "candidate.py"):
        return "code"
    if "site-packages" in file or "dist-packages" in file or re.search(r"/lib(64)?/python\d", file) or file[0] == "<":
        return "library"
    if name.startswith("test") or name.endswith("_test.py") or "/tests/" in file or name == "conftest.py":
        return "test"
    return "other"


_FAILED = re.compile(
    r"^(?:FAILED|ERROR) (?P<id>\S+(?: \S*\])?)|^(?P<other>\S+::\S+(?: \S*\])?) (?:FAILED|ERROR)\b", re.M
)
_TOTALS = re.compile(r"(\d+) (failed|passed|errors?)\b")


def _counts(text: str) -> tuple[tuple[str, ...], int]:
    names = list(dict.fromkeys((m["id"] or m["other"]).rpartition("::")[2] for m in _FAILED.finditer(text)))
    if not names:
        names = list(dict.fromkeys(m["name"] for m in _SECTION.finditer(text)))
    totals = {word.rstrip("s"): int(n) for line in text.splitlines()[-40:] if "=" in line or " in " in line
              for n, word in _TOTALS.findall(line)}  # fmt: skip
    passed = totals.get("passed", len(re.findall(r"^\S+::.* PASSED\b", text, re.M)))
    return tuple(names), passed


def _limit(verdict: str, text: str) -> Literal["", "time", "memory", "recursion"]:
    if verdict == "timeout" or re.search(
        r"\bnot done after \d|^E?\s*(?:Failed: )?Timeout\b|TimeoutExpired", text, re.M
    ):
        return "time"
    if verdict == "out-of-memory" or re.search(r"MemoryError|OutOfMemoryError|can't allocate memory", text):
        return "memory"
    return "recursion" if "RecursionError" in text else ""


_ASSERT = re.compile(r"^E\s+(?:AssertionError: )?assert (?P<got>.+?) == (?P<expected>.+)$", re.M)
_SHAPES = re.compile(r"torch\.Size\((\[[\d, ]*\])\)")
_CLOSE = re.compile(r"(?:The values for attribute|Mismatched elements|Greatest absolute difference)[^\n]*", re.M)


def _literal_values(text: str) -> list[Mapping[str, Any]]:
    """Both sides of plain `assert a == b` lines, as far as a number or shape stands there."""
    found: list[Mapping[str, Any]] = []
    for match in list(_ASSERT.finditer(text))[:20]:
        got, expected = _side(match["got"]), _side(match["expected"])
        if got and expected:
            found.append({"got": got, "expected": expected})
    return found


def _side(text: str) -> dict[str, Any]:
    if shape := _SHAPES.match(text.strip()):
        return {"type": "Size", "text": shape[1]}
    try:
        number = float(text.split(" ± ")[0].strip())
    except ValueError:
        return {"type": "", "text": text.strip()[:300]}
    return {"type": "float", "text": repr(number), "number": number}
