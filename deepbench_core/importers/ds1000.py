"""DS-1000: its published problems as a suite, judged by the benchmark's own program.

A record's `code_context` is a program: it makes an input, puts the answer into `exec_context`, runs that with `exec`,
and compares. Its two test functions are collected here as they are. They get the answer's text from a fixture, and
their `exec` hands the program to the judged module: in the split judge the answer runs in a process of its own and
only `result` comes back; where a test looks at more (a figure, a file), everything runs in one process.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator

from deepbench_core import syntax
from deepbench_core.errors import UserError
from deepbench_core.importers.labels import LIBRARIES, derive
from deepbench_core.problems import NEEDS_NETWORK, SNIPPET_ENTRY_POINTS, Limits, Metadata, Problem
from deepbench_core.suites import Source, Suite, read_records, source_of, write_suite

SUITE = ENVIRONMENT = "ds1000"
ADDRESS = "https://github.com/xlang-ai/DS-1000"
PROBLEMS = 1000
# Seconds and megabytes over what the libraries hold. The benchmark itself allows 120 s and any memory.
LIMITS = Limits(seconds=60, memory_mb=2048)

# What fetches a data set from the network when it is not cached: seaborn's and scikit-learn's loaders.
_FETCHES = re.compile(r"\b(?:load_dataset|fetch_\w+)\(")

_PART = "# From here on: how DeepBench runs the program above."
_TESTS = f"""\
{{program}}

{_PART} It makes the input and compares; the answer runs in its module.
import pytest as _pytest
import solution as _judged


@_pytest.fixture(scope="module")
def solution():
    return _judged.answer()


def exec(program, names):
    names["result"] = _judged.run(program, names)
"""

Library = Literal["Pandas", "Numpy", "Matplotlib", "Sklearn", "Scipy", "Pytorch", "Tensorflow"]


class _About(BaseModel):
    problem_id: int = Field(ge=0)
    library: Library
    perturbation_type: Literal["Origin", "Surface", "Semantic", "Difficult-Rewrite"]
    perturbation_origin_id: int


class _Record(BaseModel):
    prompt: str = Field(min_length=1)
    reference_code: str = Field(min_length=1)
    code_context: str
    metadata: _About

    @field_validator("code_context")
    @classmethod
    def _is_a_program(cls, text: str) -> str:
        try:
            tree = syntax.parse(text)
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"not Python: {error}") from None
        found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if missing := {"generate_test_case", "exec_test", "test_execution"} - found:
            raise ValueError(f"defines no {sorted(missing)[0]}")
        return text


def import_ds1000(path: Path, *, suite: str = SUITE, partial: bool = False) -> Suite:
    """Read the published `ds1000.jsonl` or `.jsonl.gz` and put it in place as a suite.

    Raises UserError, before anything is written, for a line that is no problem of DS-1000, a problem that comes twice,
    and a file that lacks some, unless that is `partial`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old escapes in strings of theirs
        problems = {int(p.id): p for p in _problems(path, suite)}
    if len(problems) < PROBLEMS and not partial:
        raise UserError(
            f"{path}: ends after {len(problems)} of {PROBLEMS:,} problems; --partial takes it for what it is"
        )
    return write_suite(suite, [problems[i] for i in sorted(problems)], source(path))


def source(path: Path) -> Source:
    """What the suite's file says of its origin."""
    return source_of(path, benchmark="DS-1000", address=ADDRESS, licence="CC BY-SA 4.0")


def _problems(path: Path, suite: str) -> Iterator[Problem]:
    seen: dict[int, int] = {}
    for number, record in read_records(path, _Record, "DS-1000"):
        key = record.metadata.problem_id
        if (first := seen.setdefault(key, number)) != number:
            raise UserError(f"{path}:{number}: problem {key} was already in line {first}")
        yield _problem(record, suite)


def _problem(record: _Record, suite: str) -> Problem:
    about = record.metadata
    labels = derive(about.library, record.reference_code)
    fetches = _FETCHES.search(record.code_context) or _FETCHES.search(record.reference_code)
    varied = about.perturbation_type != "Origin"
    meta = Metadata(
        id=str(about.problem_id),
        title=title(about.library, record.prompt),
        stage=labels.stage,
        task=labels.task,
        modality=labels.modality,
        library=LIBRARIES[about.library],
        perturbation=about.perturbation_type.lower(),
        form="snippet",
        entry_points=SNIPPET_ENTRY_POINTS,
        environment=ENVIRONMENT,
        author="the authors of DS-1000",
        licence="CC BY-SA 4.0",
        created=date(2022, 11, 18),
        tags=(
            *((f"varies {about.library.lower()} {about.perturbation_origin_id}",) if varied else ()),
            *((NEEDS_NETWORK,) if fetches else ()),
        ),
        limits=LIMITS,
    )
    return Problem(suite, meta, record.prompt, record.reference_code, _TESTS.format(program=record.code_context))


def program(problem: Problem, answer: str) -> str:
    """The benchmark's own program for an answer, as a script: it ends without an error if the answer passes."""
    context = problem.tests.partition(_PART)[0]
    checks = [f"{name}(code)" for name in ("test_execution", "test_string") if f"{name}(" in context]
    return "\n".join([context, f"code = {answer!r}", *checks, ""])


def title(library: str, prompt: str) -> str:
    """A line that names a problem: what it first says, be that a sentence or a comment in code."""
    said = prompt.partition("Problem:")[2]
    if not said:
        comments = [line.lstrip("# ") for line in prompt.splitlines() if line.startswith("#")]
        said = next((c for c in comments if not c.startswith("SOLUTION")), prompt)
    text = f"{library}: {' '.join(said.split())}"
    return text if len(text) <= 90 else text[:89].rsplit(" ", 1)[0] + "…"
