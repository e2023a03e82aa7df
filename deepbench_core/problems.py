"""Problems: one folder each, written by hand, or one file of imported ones; read and checked here.

A suite is a folder with one folder per problem::

    <suite>/<problem-id>/
        problem.toml    metadata: labels, entry points, environment, limits, review state
        prompt.py       what a model sees: imports, signature and docstring, no body
        reference.py    a solution that passes the tests
        tests.py        pytest tests; they import the entry points from the module `solution`

or with a single `problems.jsonl.gz` that an importer wrote (`suites.py`), which holds the same texts.
"""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deepbench_core import paths, syntax
from deepbench_core.errors import ProblemError, UserError
from deepbench_core.taxonomy import Difficulty, Modality, ReviewState, Stage, Task

METADATA, PROMPT, REFERENCE, TESTS = "problem.toml", "prompt.py", "reference.py", "tests.py"
IMPORTED = "problems.jsonl.gz"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NEEDS_NETWORK = "needs-network"  # tag of a problem that no sandbox can judge, because it fetches something

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Limits(BaseModel):
    """What a sample may use. `seconds` is only a ceiling: the real time limit follows from the reference's own run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory_mb: int = Field(default=1024, ge=64, le=16384)
    seconds: float = Field(default=60.0, gt=0, le=600)


class Judging(BaseModel):
    """Hints for the judge. `copy_back` names `function.parameter` pairs whose in-place changes the tests look at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    copy_back: tuple[str, ...] = ()


class PackageTarget(BaseModel):
    """What an answer takes the place of. `fresh`: the package calls it while it is imported."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: str = Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$")  # sklearn.metrics._ranking:coverage_error
    fresh: bool = False


class Metadata(BaseModel):
    """What is known of a problem. An imported one lacks the labels that its benchmark does not give.

    `form` says what an answer is: `function` is a module that defines the entry points; `snippet` is a piece of code
    that the tests put into a program of theirs; `package` is a function that takes the place of one in an installed
    package, whose own tests (node ids, one a line) judge it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=rf"^{SLUG.pattern}$", max_length=60)
    title: str = Field(min_length=3, max_length=90)
    stage: Stage | None = None
    task: Task | None = None
    modality: Modality | None = None
    library: str | None = None
    perturbation: str | None = None  # how its benchmark varied another of its problems
    form: Literal["function", "snippet", "package"] = "function"
    package: PackageTarget | None = None
    entry_points: tuple[Identifier, ...] = Field(min_length=1)
    environment: str = Field(pattern=rf"^{SLUG.pattern}$")
    difficulty: Difficulty | None = None
    author: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    created: date
    review: ReviewState = ReviewState.DRAFT
    tags: tuple[str, ...] = ()
    limits: Limits = Limits()
    judge: Judging = Judging()


class _ByHand(Metadata):
    """The content of `problem.toml`: here every label is to be given."""

    stage: Stage
    task: Task
    modality: Modality
    form: Literal["function"] = "function"
    difficulty: Difficulty


@dataclass(frozen=True)
class Problem:
    """One problem with all its texts. `suite` is the name of the folder it was found in."""

    suite: str
    meta: Metadata
    prompt: str
    reference: str
    tests: str

    @property
    def id(self) -> str:
        return self.meta.id

    @property
    def hash(self) -> str:
        """Identifies what a verdict depends on: prompt, tests, entry points, environment, limits and judging hints."""
        judged = self.meta.model_dump_json(include={"entry_points", "environment", "limits", "judge"})
        if self.meta.package:
            judged += self.meta.package.model_dump_json()
        digest = hashlib.sha256()
        for text in (judged, self.prompt, self.tests):
            digest.update(len(text).to_bytes(8, "big") + text.encode())
        return digest.hexdigest()[:16]

    @property
    def classes(self) -> set[str]:
        """The names of the classes that the prompt asks for."""
        return {node.name for node in syntax.parse(self.prompt).body if isinstance(node, ast.ClassDef)}

    @property
    def content(self) -> str:
        """Identifies all that a reviewer looks at: what `hash` covers, the labels and the reference."""
        labels = " ".join(str(x) for x in (self.meta.stage, self.meta.task, self.meta.modality, self.meta.title))
        text = "\0".join((self.hash, labels, self.reference))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def module(self, answer: str) -> str:
        """The module `solution` that is judged, made from a model's answer."""
        return _SNIPPET.format(answer=answer) if self.meta.form == "snippet" else answer


# The tests of a snippet ask for its text, build their program around it and have that run, with the names it is given;
# in a scope of its own, or all builtins would travel back as changes of an argument.
SNIPPET_ENTRY_POINTS = ("answer", "run")
_SNIPPET = """\
def answer():
    return {answer!r}


def run(program, names):
    scope = dict(names)
    exec(program, scope)
    return scope["result"]
"""


def load_problem(folder: Path, *, suite: str | None = None) -> Problem:
    """Read and check one problem folder.

    Raises ProblemError with one line that names the file, the field and what is wrong.
    """
    texts = {name: _read(folder / name) for name in (METADATA, PROMPT, REFERENCE, TESTS)}
    meta = _metadata(folder / METADATA, texts[METADATA])
    if meta.id != folder.name:
        raise ProblemError(f"{folder / METADATA}: id: is {meta.id!r}, but the folder is called {folder.name!r}")
    for name in (PROMPT, REFERENCE, TESTS):
        tree = _parse(folder / name, texts[name])
        if name == TESTS:
            if not any(
                isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name.startswith("test")
                for n in ast.walk(tree)
            ):
                raise ProblemError(f"{folder / name}: no function whose name starts with test")
            continue
        defined = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
        if missing := [e for e in meta.entry_points if e not in defined]:
            raise ProblemError(f"{folder / name}: entry_points: {missing[0]!r} is not defined at top level")
    return Problem(suite or folder.parent.name, meta, texts[PROMPT], texts[REFERENCE], texts[TESTS])


def load_suite(folder: Path) -> list[Problem]:
    """All problems below `folder`, sorted by id. Raises ProblemError for the first broken one, UserError for none."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder of problems")
    problems = []
    for _, problem in check_suite(folder):
        if isinstance(problem, ProblemError):
            raise problem
        problems.append(problem)
    if not problems:
        raise UserError(f"{folder}: holds no problem (a problem is a folder with a {METADATA})")
    return problems


def check_suite(folder: Path) -> Iterator[tuple[Path, Problem | ProblemError]]:
    """Like load_suite, but yields every broken problem's error instead of stopping at the first."""
    for source in problem_sources(folder):
        try:
            for problem in read_source(source):
                yield source, problem
        except ProblemError as error:
            yield source, error


def problem_sources(folder: Path) -> list[Path]:
    """Where a suite's problems are: its imported file, or the folders that claim to be problems.

    That is any visible sub-folder with at least one file.
    """
    if (folder / IMPORTED).is_file():
        return [folder / IMPORTED]
    return sorted(p for p in folder.iterdir() if p.is_dir() and p.name[0] not in "._" and any(p.iterdir()))


def read_source(source: Path) -> list[Problem]:
    """The problems of one source, one for a folder. Raises ProblemError."""
    return [load_problem(source)] if source.is_dir() else list(_read_imported(source))


def suite_folders() -> list[Path]:
    """The suites at hand: those that ship with the product, then those that were imported."""
    found: list[Path] = []
    for place in (paths.problems_dir(), paths.suites_dir()):
        if place.is_dir():
            found += sorted(p for p in place.iterdir() if p.is_dir() and p.name[0] not in "._")
    return found


def find_suite(name_or_folder: str) -> Path:
    """The folder of a suite, from its name (shipped or imported) or a path; UserError says what there is."""
    for folder in (Path(name_or_folder), *(p for p in suite_folders() if p.name == name_or_folder)):
        if folder.is_dir():
            return folder
    known = ", ".join(p.name for p in suite_folders()) or "none"
    raise UserError(f"no suite {name_or_folder!r}; there is {known}, or give a folder with --problems")


def dataset_hash(problems: list[Problem]) -> str:
    """Identifies a set of problems by the hashes of its members, whatever their order."""
    return hashlib.sha256("\n".join(sorted(f"{p.id} {p.hash}" for p in problems)).encode()).hexdigest()[:16]


def _read_imported(path: Path) -> Iterator[Problem]:
    """The problems of an imported suite, in the file's order; its first line says where it came from."""
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if number > 1:
                    values = json.loads(line)
                    meta = Metadata.model_validate(values.pop("meta"))
                    yield Problem(path.parent.name, meta, **values)
    except (OSError, EOFError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = " ".join(str(error).split())[:100]
        raise ProblemError(f"{path}:{number}: not what an importer wrote; import it again: {reason}") from None


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProblemError(f"{path}: missing; a problem needs {METADATA}, {PROMPT}, {REFERENCE} and {TESTS}") from None
    except UnicodeDecodeError as error:
        raise ProblemError(f"{path}: not UTF-8 at byte {error.start}") from None
    except OSError as error:
        raise ProblemError(f"{path}: {error.strerror}") from None
    if not text.strip():
        raise ProblemError(f"{path}: empty")
    return text


def _metadata(path: Path, text: str) -> Metadata:
    try:
        return Metadata.model_validate(_ByHand.model_validate(tomllib.loads(text)).model_dump())
    except tomllib.TOMLDecodeError as error:
        raise ProblemError(f"{path}: not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ProblemError(f"{path}: {field}: {first['msg']}") from None


def _parse(path: Path, text: str) -> ast.Module:
    try:
        return syntax.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise ProblemError(f"{path}{f':{line}' if line else ''}: not Python: {getattr(error, 'msg', error)}") from None
