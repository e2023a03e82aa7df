"""Benchmarks whose problems are functions: HumanEval and BigCodeBench in their published form, JSON lines.

Both fit the form of a problem folder: the prompt is a module whose last function has no body, the tests import that
function from `solution`. So they are judged like problems written by hand, the split judge first.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel, Field, model_validator

from deepbench_core import syntax
from deepbench_core.environments import load_environment
from deepbench_core.errors import UserError
from deepbench_core.problems import Limits, Metadata, Problem
from deepbench_core.suites import Suite, read_records, source_of, write_suite

Record = TypeVar("Record", bound="_Record")


@dataclass(frozen=True)
class _About:
    """A benchmark, and when its problems became public."""

    benchmark: str
    address: str
    licence: str
    created: date


class _Record(BaseModel):
    task_id: str = Field(pattern=r"^[A-Za-z]+/\d+$")
    canonical_solution: str = Field(min_length=1)
    test: str
    entry_point: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")

    @property
    def start(self) -> str:
        """The module up to where a model goes on."""
        raise NotImplementedError

    def tests(self) -> str:
        """What judges a module `solution`."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for name, text in (("prompt", self.start), ("solution", self.start + self.canonical_solution)):
            try:
                tree = syntax.parse(text)
            except (SyntaxError, ValueError) as error:
                raise ValueError(f"the {name} is not Python: {error}") from None
            if self.entry_point not in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}:
                raise ValueError(f"the {name} defines no function {self.entry_point}")
        try:
            tests = syntax.parse(self.test)
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"the tests are not Python: {error}") from None
        self._look_at(tests)
        return self

    def _look_at(self, tests: ast.Module) -> None:
        """Raise ValueError for tests that can't be this benchmark's."""


class HumanEval(_Record):
    """One line of HumanEval: `test` defines `check(candidate)`."""

    prompt: str

    @property
    def start(self) -> str:
        return self.prompt

    def tests(self) -> str:
        head = f"from solution import {self.entry_point}\n\n{self.test.strip()}\n"
        return f"{head}\n\ndef test_check():\n    check({self.entry_point})\n"

    def _look_at(self, tests: ast.Module) -> None:
        if "check" not in {node.name for node in tests.body if isinstance(node, ast.FunctionDef)}:
            raise ValueError("the tests define no check")


class BigCodeBench(_Record):
    """One line of BigCodeBench: `test` is a unittest class that runs in the same module as the solution."""

    complete_prompt: str
    instruct_prompt: str
    code_prompt: str
    libs: str | list[str] = ""

    @property
    def start(self) -> str:
        return self.complete_prompt

    def tests(self) -> str:
        # Some tests use what the prompt imports.
        imports = [n for n in syntax.parse(self.complete_prompt).body if isinstance(n, ast.Import | ast.ImportFrom)]
        lines = [*map(ast.unparse, imports), f"from solution import {self.entry_point}"]
        return "\n".join(lines) + f"\n\n{self.test.strip()}\n"

    def _look_at(self, tests: ast.Module) -> None:
        if not any(isinstance(node, ast.ClassDef) for node in tests.body):
            raise ValueError("the tests hold no class")


def import_human_eval(path: Path, *, suite: str = "human-eval", environment: str = "torch-cpu") -> Suite:
    """Read HumanEval's published file, or one of its form, into a suite. Raises UserError."""
    about = _About("HumanEval", "https://github.com/openai/human-eval", "MIT", date(2021, 7, 7))

    def problem(record: HumanEval) -> Problem:
        meta = _meta(record, environment, about)
        return Problem(suite, meta, record.prompt, record.start + record.canonical_solution, record.tests())

    return _import(path, suite, environment, HumanEval, problem, about)


def import_bigcodebench(path: Path, *, suite: str = "bigcodebench", environment: str = "ds1000") -> Suite:
    """Read BigCodeBench's published lines, or some of their form, into a suite. Raises UserError."""
    address = "https://github.com/bigcode-project/bigcodebench"
    about = _About("BigCodeBench", address, "Apache-2.0", date(2024, 6, 22))

    def problem(record: BigCodeBench) -> Problem:
        meta = _meta(record, environment, about, tags=_libraries(record.libs))
        return Problem(suite, meta, record.complete_prompt, record.start + record.canonical_solution, record.tests())

    return _import(path, suite, environment, BigCodeBench, problem, about)


def _import(
    path: Path,
    suite: str,
    environment: str,
    kind: type[Record],
    problem: Callable[[Record], Problem],
    about: _About,
) -> Suite:
    load_environment(environment)  # an unknown one is refused now, not when the first sample is judged
    problems = list(_unique(path, read_records(path, kind, about.benchmark), problem))
    if not problems:
        raise UserError(f"{path}: holds no problem")
    source = source_of(path, benchmark=about.benchmark, address=about.address, licence=about.licence)
    return write_suite(suite, problems, source)


def _unique(
    path: Path, records: Iterator[tuple[int, Record]], problem: Callable[[Record], Problem]
) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, record in records:
        if (first := seen.setdefault(record.task_id, number)) != number:
            raise UserError(f"{path}:{number}: {record.task_id} was already in line {first}")
        yield problem(record)


def _meta(record: _Record, environment: str, about: _About, *, tags: tuple[str, ...] = ()) -> Metadata:
    name = record.entry_point.replace("_", " ").strip()
    return Metadata(
        id=record.task_id.lower().replace("/", "-"),
        title=f"{record.task_id}: {_first_words(record.start) or name}"[:90],
        entry_points=(record.entry_point,),
        environment=environment,
        author=f"the authors of {about.benchmark}",
        licence=about.licence,
        created=about.created,
        tags=tags,
        limits=Limits(seconds=60, memory_mb=1024),
    )


def _first_words(prompt: str) -> str:
    """The first sentence of the last function's docstring."""
    functions = [node for node in syntax.parse(prompt).body if isinstance(node, ast.FunctionDef)]
    words = " ".join((ast.get_docstring(functions[-1]) or "").split())
    return re.split(r"(?<=[.!?])\s|>>>", words, maxsplit=1)[0]


def _libraries(libs: str | list[str]) -> tuple[str, ...]:
    """BigCodeBench writes its list of libraries as Python; a list is taken as well."""
    if isinstance(libs, str):
        libs = re.findall(r"[\w.]+", libs)
    return tuple(sorted(set(libs)))
