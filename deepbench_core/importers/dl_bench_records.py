"""DL-Bench's labelled failures, one generation at a time, and the form that has them as lines of JSON.

A line holds id, repo, function, stage, prompt, reference, code, test_output, labels_first_rater and
labels_second_rater: what the folder `Taxonomy-Data` of the authors' repository has in many files and a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from deepbench_core.categories import Category
from deepbench_core.errors import UserError
from deepbench_core.importers.dl_bench_files import STAGES, task_slug
from deepbench_core.importers.dl_bench_output import Output, read_output
from deepbench_core.jsonl import read_lines, record
from deepbench_core.taxonomy import Stage

# The authors' numbers are those of our categories: 1–12 the paper's, 13–15 what its raters added.
CATEGORIES = {category.number: category for category in Category if category.number}

Number = Annotated[int, Field(ge=1, le=len(CATEGORIES))]


@dataclass(frozen=True)
class Generation:
    """One generation with all that is recorded of it. `labels` are those of the first rater, then of the second."""

    where: str  # file and line, for messages
    name: str  # processed_…
    repo: str
    stage: Stage | None
    prompt: str
    reference: str | None
    response: str
    code: str | None
    text: str  # of the tests
    output: Output
    labels: tuple[tuple[int, ...], ...] = ()

    @property
    def problem_id(self) -> str:
        """`processed_classes-nncf select action.77` → `classes-nncf-select-action-77`."""
        return task_slug(self.name)


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(pattern=r"^processed_.*\w")
    repo: str = Field(min_length=1)
    function: str = Field(min_length=1)
    stage: str | None
    prompt: str = Field(min_length=1)
    reference: str = Field(min_length=1)
    code: str = Field(min_length=1)
    test_output: str
    labels_first_rater: list[Number]
    labels_second_rater: list[Number]

    @field_validator("stage")
    @classmethod
    def _known(cls, stage: str | None) -> str | None:
        if stage is not None and stage not in STAGES:
            raise PydanticCustomError("stage", "unknown stage {stage}", {"stage": repr(stage)})
        return stage

    @field_validator("labels_first_rater", "labels_second_rater")
    @classmethod
    def _once(cls, labels: list[int]) -> list[int]:
        if len(set(labels)) < len(labels):
            raise PydanticCustomError("labels", "gives a label twice")
        return labels


def read_records(path: Path) -> list[Generation]:
    """The generations of lines of JSON, gzipped or not. Raises UserError with file and line for the first wrong one."""
    found = list(unique(_generations(path)))
    if not found:
        raise UserError(f"{path}:1: empty")
    return found


def unique(generations: Iterator[Generation]) -> Iterator[Generation]:
    """The same, each of them once. Raises UserError for the second of a name."""
    seen: dict[str, str] = {}
    for one in generations:
        if (first := seen.setdefault(one.problem_id, one.where)) != one.where:
            raise UserError(f"{one.where}: {one.name} was already in {first}")
        yield one


def output_of(text: str, name: str, where: str) -> Output:
    """A record of the tests that belongs to a generation. Raises UserError."""
    try:
        output = read_output(text)
    except ValueError as error:
        raise UserError(f"{where}: {error}") from None
    if output.name != name:
        raise UserError(f"{where}: the output is that of {output.name[:80]}, not of {name}")
    return output


def _generations(path: Path) -> Iterator[Generation]:
    for number, raw in read_lines(path):
        where = f"{path}:{number}"
        line = record(raw, where, _Line, "a labelled failure of DL-Bench")
        if not raw.endswith(b"\n"):
            raise UserError(f"{where}: ends in the middle of a line; the file is cut off")
        output = output_of(line.test_output, line.id, f"{where}: test_output")
        yield Generation(
            where,
            line.id,
            line.repo,
            STAGES[line.stage] if line.stage else None,
            line.prompt,
            line.reference,
            line.code,
            line.code,
            line.test_output,
            output,
            (tuple(line.labels_first_rater), tuple(line.labels_second_rater)),
        )
