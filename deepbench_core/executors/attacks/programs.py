"""Reading the programs: `programs/<kind>.attacks.py`, one cell each, with what it tries and what must not happen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from deepbench_core.errors import UserError
from deepbench_core.taxonomy import Verdict

Kind = Literal["availability", "confinement", "integrity", "honest"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NEEDS = {
    "box": "dangerous or meaningless without a sandbox",
    "cgroup": "needs a memory limit over all processes of a sample (a control group)",
    "linux": "needs a Linux host",
}

_FOLDER = Path(__file__).parent
_CELL = re.compile(r"^# %%[ ]", re.MULTILINE)
_HEAD = re.compile(r"# (never|accepts|tests|seconds|needs): (.+)")
_FACT = re.compile(r"@([a-z0-9_]+)@")
_ACCEPTS: dict[Kind, tuple[Verdict, ...]] = {
    "availability": (),  # each says it itself: the point is which
    "confinement": (Verdict.PASSED,),
    "integrity": (Verdict.FAILED, Verdict.ERROR, Verdict.CRASHED, Verdict.TAMPERED),
    "honest": (Verdict.PASSED,),
}
# What a right answer may take on a slow machine; a program that hangs on purpose says something shorter.
_SECONDS: dict[Kind, float] = {"availability": 15, "confinement": 20, "integrity": 20, "honest": 60}


@dataclass(frozen=True)
class Style:
    """A way of writing tests, with a right solution: what the programs are judged by."""

    name: str
    tests: str
    solution: str


@dataclass(frozen=True)
class Program:
    """One program; `then` are further samples that run after it on the same slot and look for its traces."""

    slug: str
    kind: Kind
    tries: str
    never: str
    accepts: tuple[Verdict, ...]
    styles: tuple[str, ...]
    seconds: float
    needs: tuple[str, ...]
    body: str
    then: tuple[str, ...] = ()

    def codes(self, style: Style, facts: Mapping[str, str]) -> list[str]:
        """What is judged, sample after sample: prelude, body, and the right solution where the body has none."""
        codes = []
        for body in (self.body, *self.then):
            parts = [] if self.kind == "honest" else [read_prelude()]
            parts.append(body)
            if not re.search(r"^(?:def|class) solve\b|^solve =", body, re.MULTILINE):
                parts.append(style.solution)
            codes.append(fill("\n\n".join(part.strip() for part in parts) + "\n", facts))
        return codes


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put facts of the host in the place of their `@names@`; an unknown name is a mistake in the program."""
    return _FACT.sub(lambda match: facts[match[1]], text)


@cache
def read_prelude() -> str:
    """What runs before each attack."""
    return (_FOLDER / "programs" / "prelude.attacks.py").read_text(encoding="utf-8")


@cache
def read_styles() -> dict[str, Style]:
    """Every style of tests, by name."""
    folder = _FOLDER / "styles"
    names = sorted(path.name.removesuffix(".tests.py") for path in folder.glob("*.tests.py"))
    texts = {
        n: [(folder / f"{n}.{part}.py").read_text(encoding="utf-8") for part in ("tests", "solution")] for n in names
    }
    return {name: Style(name, *texts[name]) for name in names}


@cache
def read_programs() -> tuple[Program, ...]:
    """All programs in the order of their files. Raises ValueError that names the cell of a mistake."""
    return tuple(program for kind in KINDS for program in _read_kind(kind))


def select(only: Sequence[str] = ()) -> tuple[Program, ...]:
    """The programs with these slugs or kinds, all if none is named. Raises UserError for an unknown name."""
    programs = read_programs()
    known = {program.slug for program in programs} | set(KINDS)
    if unknown := sorted(set(only) - known):
        raise UserError(f"no attack is named {', '.join(unknown)}; a kind ({', '.join(KINDS)}) or a slug will do")
    return tuple(p for p in programs if not only or p.slug in only or p.kind in only)


def _read_kind(kind: Kind) -> list[Program]:
    text = (_FOLDER / "programs" / f"{kind}.attacks.py").read_text(encoding="utf-8")
    found: list[Program] = []
    for cell in _CELL.split(text)[1:]:
        title, _, rest = cell.partition("\n")
        if title == "then":
            found[-1] = _with_then(found[-1], rest)
            continue
        slug, _, tries = title.partition(": ")
        try:
            found.append(_program(kind, slug, tries, rest))
        except ValueError as error:
            raise ValueError(f"{kind}/{slug}: {error}") from None
    return found


def _with_then(program: Program, body: str) -> Program:
    return Program(**{**vars(program), "then": (*program.then, body)})


def _program(kind: Kind, slug: str, tries: str, rest: str) -> Program:
    head: dict[str, str] = {}
    lines = rest.split("\n")
    while lines and (match := _HEAD.fullmatch(lines[0])):
        head[match[1]] = match[2]
        lines.pop(0)
    accepts = tuple(map(Verdict, head.get("accepts", "").split())) or _ACCEPTS[kind]
    styles, needs = tuple(head.get("tests", "equality").split()), tuple(head.get("needs", "").split())
    if not tries or "never" not in head:
        raise ValueError("says what it tries and what must never happen")
    if not accepts or Verdict.HARNESS in accepts or (kind == "integrity" and Verdict.PASSED in accepts):
        raise ValueError("accepts at least one verdict, never the harness's failure, never a gamed pass")
    if unknown := (set(styles) - set(read_styles())) | (set(needs) - set(NEEDS)):
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    seconds = float(head.get("seconds", _SECONDS[kind]))
    return Program(slug, kind, tries, head["never"], accepts, styles, seconds, needs, "\n".join(lines))
