"""The result files of DL-Bench's authors, read and checked line by line.

A file is one run: a model with a technique, one line of JSON a task. The shapes that there are:

- zero-shot and few-shot: `{"task_id", "model", "variant", "status", "stage"}`
- several samples: `{"task_id", "model", "statuses": [...], "pass_at_5", "n_pass", "stage"}`
- agentic: `{"task_id", "repo", "agent", "status", "counts": {...}, "stage"}`, and for some `error` or `recovered_from`
- what their harness writes itself: `{"task_id", "repo", "status", "detail", "counts", "metadata": {stage, task, data}}`
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from deepbench_core.errors import UserError
from deepbench_core.taxonomy import Modality, Stage, Verdict

# The authors' statuses (harness/evaluator.py) one by one. Their `fail` has failed or erred tests; their `error` is a
# run in which no test was collected, of which the file doesn't say why: it stays an error of the model's, and
# `pass_ran` on the board is the rate without it. What never got as far as the tests is the harness's.
STATUSES: dict[str, Verdict] = {
    "pass": Verdict.PASSED,
    "fail": Verdict.FAILED,
    "error": Verdict.ERROR,
    "timeout": Verdict.TIMEOUT,
    "no_code": Verdict.NO_CODE,
    "patch_error": Verdict.HARNESS,
    "no_image": Verdict.HARNESS,
    "unknown_repo": Verdict.HARNESS,
    "skip_harness": Verdict.HARNESS,
    "missing": Verdict.HARNESS,
    "no_generation": Verdict.HARNESS,
}

STAGES = {
    "pre/post processing": Stage.PREPROCESSING,
    "preprocessing": Stage.PREPROCESSING,
    "model construction": Stage.MODEL_CONSTRUCTION,
    "training": Stage.TRAINING,
    "inference": Stage.INFERENCE,
    "evaluation&metrics": Stage.EVALUATION,
    "evaluation": Stage.EVALUATION,
}
MODALITIES = {"structured": Modality.TABULAR, "structured data": Modality.TABULAR, "others": Modality.OTHER}
_TECHNIQUES = (  # a file's name starts with one of these; the rest is the model
    ("zeroshot", "zero-shot"),
    ("fewshot_random", "few-shot-random"),
    ("fewshot", "few-shot"),
    ("pass5", "pass@5"),
    ("agentic", "agentic"),
)
_OTHER_BENCHMARKS = ("ds1000_", "dsc_")  # the same folder holds results of DS-1000 and DSCodeBench
TAXONOMY = "Taxonomy-Data"  # the folder of a checkout with failures and their labels
FAILURES = "labelled_failures"  # how a file with the failures of Taxonomy-Data begins; no results
_OTHER_FOLDERS = ("_trajectories", "_solutions", "_logs")


class _Counts(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    passed: int = Field(default=0, ge=0)
    failed: int = Field(default=0, ge=0)
    errored: int = Field(default=0, ge=0)
    skipped: int = Field(default=0, ge=0)


class _Meta(BaseModel):
    model_config = ConfigDict(extra="allow")

    stage: str = ""
    task: str = ""
    data: str = ""


class Row(BaseModel):
    """One line of any shape."""

    model_config = ConfigDict(extra="allow")

    task_id: str = Field(min_length=1)
    model: str = ""
    variant: str = ""
    agent: str = ""
    repo: str = ""
    stage: str = ""
    status: str | None = None
    statuses: list[str | None] | None = Field(default=None, min_length=1)
    n_pass: int | None = None
    pass_at_5: bool | None = None
    counts: _Counts = _Counts()
    duration_s: float | None = None
    detail: str = ""
    error: str = ""
    recovered_from: str = ""
    test_access: bool | None = None
    metadata: _Meta = _Meta()

    @model_validator(mode="before")
    @classmethod
    def _has_a_status(cls, values: Any) -> Any:
        if isinstance(values, dict) and ("status" in values) == ("statuses" in values):
            raise ValueError("a result has either a status or statuses")
        return values

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Row:
        if unknown := [s for s in self.every if s and s not in STATUSES]:
            raise ValueError(f"unknown status {unknown[0]!r}")
        passed = self.every.count("pass")
        if self.n_pass is not None and self.n_pass != passed:
            raise ValueError(f"n_pass is {self.n_pass}, but {passed} of the statuses are pass")
        if self.pass_at_5 is not None and self.pass_at_5 != (passed > 0):
            raise ValueError("pass_at_5 doesn't agree with the statuses")
        if self.stated_stage and self.stated_stage not in STAGES:
            raise ValueError(f"unknown stage {self.stated_stage!r}")
        return self

    @property
    def every(self) -> list[str | None]:
        """The statuses of all samples."""
        return self.statuses if self.statuses is not None else [self.status]

    @property
    def stated_stage(self) -> str:
        return " ".join((self.stage or self.metadata.stage).casefold().split())

    @property
    def problem_id(self) -> str:
        return slug(self.task_id.removesuffix(".json"))


@dataclass(frozen=True)
class ResultFile:
    """One file, read and checked: its rows by problem id, with the line that each stands on."""

    path: Path
    digest: str
    model: str
    technique: str
    variant: str
    rows: dict[str, tuple[int, Row]]

    @property
    def statuses(self) -> Counter[str]:
        """How often each of the authors' statuses occurs."""
        return Counter(status or "missing" for _, row in self.rows.values() for status in row.every)


def slug(text: str) -> str:
    """`DLBench/12` → `dlbench-12`."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def task_slug(name: str) -> str:
    """`processed_scikit-learnchi2357.json` → `scikit-learnchi2357`."""
    return slug(name.removesuffix(".json").removesuffix(".txt").removeprefix("processed_"))[:60].strip("-")


def find_files(path: Path) -> tuple[list[Path], list[Path]]:
    """The result files below a path, and those left out because they belong to other benchmarks."""
    if path.is_file():
        return [path], []
    if not path.is_dir():
        raise UserError(f"{path}: no such file or folder")
    base = path / "results" if (path / "results").is_dir() else path
    found = [
        file
        for file in sorted(base.rglob("*.jsonl"))
        if not any(part.endswith(_OTHER_FOLDERS) for part in file.relative_to(base).parts[:-1])
        and not file.name.startswith(FAILURES)
    ]
    ours = [file for file in found if not file.name.startswith(_OTHER_BENCHMARKS)]
    if not ours:
        raise UserError(f"{path}: holds no result file (*.jsonl) of DL-Bench")
    return ours, [file for file in found if file not in ours]


def read_file(path: Path) -> ResultFile:
    """Read and check one file. Raises UserError that names the line."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = raw[: error.start].count(b"\n") + 1
        raise UserError(f"{path}:{bad}: not UTF-8; this is not a DL-Bench result file") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
    rows: dict[str, tuple[int, Row]] = {}
    first: Row | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        row = _row(path, number, line)
        first = first or row
        for name in ("model", "variant", "agent"):
            here, before = getattr(row, name), getattr(first, name)
            if here != before:
                raise UserError(f"{path}:{number}: {name} is {here!r}, but {before!r} on the lines before")
        if row.problem_id in rows:
            raise UserError(f"{path}:{number}: {row.task_id} was already on line {rows[row.problem_id][0]}")
        rows[row.problem_id] = (number, row)
    if first is None:
        raise UserError(f"{path}:1: empty")
    if not text.endswith("\n"):
        raise UserError(f"{path}:{text.count(chr(10)) + 1}: ends in the middle of a line; the file is cut off")
    variant = first.variant or path.stem.removeprefix("dlbench_")
    technique, rest = _technique(variant)
    model = first.model or first.agent or rest or variant
    return ResultFile(path, hashlib.sha256(raw).hexdigest()[:16], model, technique, variant, rows)


def _row(path: Path, number: int, line: str) -> Row:
    try:
        values = json.loads(line)
    except ValueError:
        raise UserError(f"{path}:{number}: not JSON; the file is cut off, or not a DL-Bench result file") from None
    if not isinstance(values, dict):
        raise UserError(f"{path}:{number}: not an object; this is not a DL-Bench result file")
    try:
        return Row.model_validate(values)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        raise UserError(f"{path}:{number}: {f'{where}: ' if where else ''}{message}") from None


def _technique(variant: str) -> tuple[str, str]:
    """Technique and the rest of a variant's name; `zeroshot_claude-sonnet` → (`zero-shot`, `claude-sonnet`)."""
    for start, technique in _TECHNIQUES:
        if variant == start or variant.startswith(f"{start}_"):
            return technique, variant[len(start) + 1 :]
    return "unknown", variant
