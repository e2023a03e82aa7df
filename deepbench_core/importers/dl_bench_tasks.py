"""DL-Bench's tasks as a suite: functions of installed packages, judged by those packages' own tests.

Three forms are read: the authors' table (`data/*.csv` of a checkout), the files that their scripts write for each task
and model (`*.json` with `function_name`, `ground_truth`, `test`), and lines of JSON with the same under other names.
A task needs an environment `dlbench-<repository>` that has the package with its tests; tasks of other repositories are
counted and left out.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from deepbench_core import syntax
from deepbench_core.environments import Built, environment_names, find_built
from deepbench_core.errors import UserError
from deepbench_core.importers.dl_bench_files import MODALITIES, STAGES, TAXONOMY, slug, task_slug
from deepbench_core.jsonl import parse, read_lines, validated
from deepbench_core.problems import Limits, Metadata, PackageTarget, Problem
from deepbench_core.suites import Suite, source_of, write_suite
from deepbench_core.taxonomy import Modality, Task

SUITE = "dl-bench-tasks"
ADDRESS = "https://github.com/alirezadaghigh99/DL-Bench"
SECONDS = 600.0  # some of these packages' tests take a minute with the original


def _any(*names: str) -> Any:
    return Field(default="", validation_alias=AliasChoices(*names))


class TaskRow(BaseModel):
    """One task, whatever its columns are called."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(min_length=1, validation_alias=AliasChoices("id", "filename", "task_id"))
    function: str = Field(min_length=1, validation_alias=AliasChoices("function", "function_name"))
    class_name: str = _any("class_name", "class")
    source: str = Field(min_length=1, validation_alias=AliasChoices("source", "ground Truth", "ground_truth"))
    tests: tuple[str, ...] = Field(min_length=1, validation_alias=AliasChoices("tests", "test_cases", "test"))
    prompt: str = Field(min_length=1)
    repo: str = _any("repo", "package")
    stage: str = ""
    task: str = ""
    data: str = ""
    response: str = _any("response", "result", "code")

    @field_validator("class_name", "stage", "task", "data", "repo", "response", mode="before")
    @classmethod
    def _none_is_empty(cls, value: Any) -> Any:
        return "" if value is None else value

    @field_validator("tests", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """A list, a list written as text, or node ids with blanks between them."""
        if isinstance(value, str):
            if value.lstrip().startswith("["):
                try:
                    value = ast.literal_eval(value)
                except (ValueError, SyntaxError):
                    raise ValueError("is neither a list nor node ids") from None
            else:
                # Parameters in brackets may hold blanks.
                value = re.findall(r"\S+?\.py(?:::[^\s\[]+)*(?:\[[^\]]*\])?", value)
        return value

    @property
    def problem_id(self) -> str:
        """`processed_scikit-learnchi2357` → `scikit-learnchi2357`, as a slug."""
        return task_slug(self.id)

    @property
    def repository(self) -> str:
        """`scikit-learn==1.6.0` → `scikit-learn`."""
        return re.split(r"[=<>~!\[ ]", self.repo, maxsplit=1)[0].casefold()

    @property
    def target(self) -> str:
        """`sklearn.metrics._classification:accuracy_score`."""
        module = self.source.partition("#")[0].strip().removesuffix(".py").strip("/").replace("/", ".")
        return f"{module}:{f'{self.class_name}.' if self.class_name else ''}{self.function}"


@dataclass(frozen=True)
class ImportedTasks:
    """What an import found. `responses` are recorded answers, (problem, code); `left_out` counts repositories."""

    suite: Suite
    responses: tuple[tuple[str, str], ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def task_files(path: Path) -> list[Path]:
    """The files below a path that hold tasks; empty when there are none."""
    if path.is_file():
        return [path] if _holds_tasks(path) else []
    if not path.is_dir():
        raise UserError(f"{path}: no such file or folder")
    found = sorted((path / "data").glob("*.csv")) or sorted(path.glob("*.csv"))
    found += sorted(path.glob("*.jsonl")) + sorted(path.glob("*.jsonl.gz")) + sorted(path.glob("**/processed_*.json"))
    # What was generated for the taxonomy of failures is no task, whatever its files say beside it.
    return [file for file in found if TAXONOMY not in file.relative_to(path.parent).parts and _holds_tasks(file)]


def import_tasks(path: Path, *, suite: str = SUITE) -> ImportedTasks:
    """Read every task below a path and put those that can run here in place as a suite.

    Raises UserError, with file and line, for the first one that can't be right; then nothing is imported.
    """
    files = task_files(path)
    if not files:
        raise UserError(f"{path}: holds no task of DL-Bench (data/*.csv, processed_*.json or lines of JSON)")
    known: dict[str, TaskRow] = {}
    responses: list[tuple[str, str]] = []
    for file in files:
        for where, row in _rows(file):
            before = known.setdefault(row.problem_id, row)
            if (before.target, before.tests) != (row.target, row.tests):
                raise UserError(f"{where}: {row.id} is another task than before under the same name")
            if row.response:
                responses.append((row.problem_id, row.response))
    left_out = Counter(row.repository or "unknown" for row in known.values() if not _environment(row))
    here = {name: row for name, row in known.items() if _environment(row)}
    if not here:
        raise UserError(
            f"{path}: no environment for {', '.join(sorted(left_out))}; docs/dl-bench.md says how to make one"
        )
    problems = [_problem(row, suite) for _, row in sorted(here.items())]
    source = source_of(files[0], benchmark="DL-Bench", address=ADDRESS, licence="AGPL-3.0")
    kept = tuple((name, code) for name, code in responses if name in here)
    return ImportedTasks(write_suite(suite, problems, source), kept, dict(left_out))


def _holds_tasks(file: Path) -> bool:
    """Whether a file's first record has what a task has; result files don't."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", errors="replace", newline="") as opened:
            head = set(next(csv.reader(opened), []))
        return {"prompt", "test_cases"} <= head
    try:
        _, line = next(iter(read_lines(file)))
        first = json.loads(line if file.suffix != ".json" else file.read_bytes())
    except (StopIteration, ValueError):
        return False
    names = set(first) if isinstance(first, dict) else set()
    return "prompt" in names and bool(names & {"tests", "test", "test_cases"})


def _rows(file: Path) -> Iterator[tuple[str, TaskRow]]:
    for where, values in _records(file):
        yield where, validated(values, where, TaskRow, "a task of DL-Bench")


def _records(file: Path) -> Iterator[tuple[str, Any]]:
    """Every record of a file, with where it stands."""
    try:
        if file.suffix == ".csv":
            csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
            with file.open(encoding="utf-8", newline="") as opened:
                reader = csv.DictReader(opened)
                for values in reader:
                    yield f"{file}:{reader.line_num}", values
        elif file.suffix == ".json":
            yield str(file), {"id": file.stem} | dict(json.loads(file.read_bytes()))
        else:
            for number, line in read_lines(file):
                yield f"{file}:{number}", parse(line.decode(), f"{file}:{number}")
    except (UnicodeDecodeError, csv.Error, ValueError, TypeError) as error:
        raise UserError(f"{file}: not readable as tasks of DL-Bench: {error}") from None


def _environment(row: TaskRow) -> str:
    name = f"dlbench-{row.repository}"
    return name if name in environment_names() else ""


def _problem(row: TaskRow, suite: str) -> Problem:
    environment = _environment(row)
    built = find_built(environment)
    if built is None:
        raise UserError(f"{environment} is not built; its packages are read: deepbench env build {environment}")
    reference, fresh = _original(row, built)
    task = slug(row.task)
    data = row.data.casefold().strip()
    modality = MODALITIES.get(data) or (Modality(data) if data in set(Modality) else None)
    meta = Metadata(
        id=row.problem_id,
        title=f"{row.target.partition(':')[2]} of {row.target.partition('.')[0]}",
        stage=STAGES.get(" ".join(row.stage.casefold().split())),
        task=Task(task) if task in set(Task) else None,
        modality=modality,
        library=row.repository,
        form="package",
        package=PackageTarget(target=row.target, fresh=fresh),
        entry_points=(row.function,),
        environment=environment,
        author="the authors of DL-Bench",
        licence="AGPL-3.0",
        created=date(2025, 2, 25),
        limits=Limits(memory_mb=4096, seconds=SECONDS),
    )
    return Problem(suite, meta, row.prompt, reference, "\n".join(row.tests))


def _original(row: TaskRow, built: Built) -> tuple[str, bool]:
    """The function's text in the installed package, and whether the package calls it while it is imported."""
    found = list(Path(built.reference).glob(f"lib/python3*/site-packages/{row.source.partition('#')[0].strip('/')}"))
    if not found:
        raise UserError(f"{row.id}: {built.environment.name} has no file {row.source}")
    text = found[0].read_text(encoding="utf-8")
    body: list[ast.stmt] = syntax.parse(text).body
    for owner in filter(None, row.class_name.split(".")):
        body = next((n.body for n in body if isinstance(n, ast.ClassDef) and n.name == owner), [])
    node = next((n for n in body if isinstance(n, ast.FunctionDef) and n.name == row.function), None)
    if node is None:
        raise UserError(f"{row.id}: {row.source} of {built.environment.name} has no {row.target.partition(':')[2]}")
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    lines = text.splitlines()[first - 1 : node.end_lineno]
    package = found[0].parents[len(Path(row.source).parts) - 2]
    return "\n".join(lines), not row.class_name and _called_on_import(package, row.function)


def _called_on_import(package: Path, name: str) -> bool:
    """Whether a module of the package calls a function of this name outside of any function."""
    for file in package.rglob("*.py"):
        text = file.read_text(encoding="utf-8", errors="replace")
        if "tests" not in file.parts and f"{name}(" in text and any(_calls(n, name) for n in syntax.parse(text).body):
            return True
    return False


def _calls(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return False
    if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) == name:
        return True
    return any(_calls(child, name) for child in ast.iter_child_nodes(node))
