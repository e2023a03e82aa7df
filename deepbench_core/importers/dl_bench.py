"""Bring in the result files of DL-Bench's authors as imported runs of the suite `dl-bench`.

Everything is read and checked before anything is published. The tasks' labels travel in the runs' manifests, so the
suite itself need not be at hand, and nothing of the benchmark is copied into the project.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from deepbench_core.errors import DeepBenchError, StoreError, UserError
from deepbench_core.importers.dl_bench_files import (
    MODALITIES,
    STAGES,
    STATUSES,
    ResultFile,
    Row,
    find_files,
    read_file,
    slug,
)
from deepbench_core.publication import read_publication, revisions, write_publication
from deepbench_core.records import Labels, Manifest
from deepbench_core.taxonomy import Modality, Task, Verdict

SUITE = "dl-bench"
SOURCE = "https://github.com/alirezadaghigh99/DL-Bench"


@dataclass(frozen=True)
class Imported:
    """What became of one file."""

    file: ResultFile
    folder: Path
    state: Literal["new", "unchanged"]


@dataclass(frozen=True)
class Import:
    """What an import found and published; `left_out` are files of other benchmarks in the same folder."""

    runs: tuple[Imported, ...]
    left_out: tuple[Path, ...] = field(default=())

    @property
    def problems(self) -> int:
        return len({problem for run in self.runs for problem in run.file.rows})


def import_results(path: Path, results: Path) -> Import:
    """Publish every result file below `path` (a checkout, its `results/`, or one file) as an imported run.

    A file that was imported before and has not changed is left alone. Raises UserError, with file and line, for the
    first thing that can't be right, and StoreError when the results folder can't be written; then nothing is imported.
    """
    files, left_out = find_files(path)
    read = [read_file(file) for file in files]
    by_run = Counter(run_id(file) for file in read)
    if twice := [file for file in read if by_run[run_id(file)] > 1]:
        names = ", ".join(str(file.path) for file in twice)
        raise UserError(f"{names} would be the same run; import one of them")
    labels = _labels(read)
    runs: list[Imported] = []
    written: list[Path] = []
    try:
        for file in read:
            manifest = _manifest(file, labels)
            if known := already(results, manifest):
                runs.append(Imported(file, known, "unchanged"))
                continue
            folder = write_publication(results, manifest, _samples(file))
            written.append(folder)
            runs.append(Imported(file, folder, "new"))
    except (DeepBenchError, OSError):
        for folder in written:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return Import(tuple(runs), tuple(left_out))


def run_id(file: ResultFile) -> str:
    """The same for the same file, so that an import again is a revision."""
    return f"{SUITE}-{re.sub(r'[^A-Za-z0-9._+-]+', '-', file.variant)}"


def _labels(files: Sequence[ResultFile]) -> dict[str, Labels]:
    """What the files say about each task, put together: only some name the repository, the task or the data."""
    stated: dict[str, dict[str, str]] = {}
    for file in files:
        for problem, (number, row) in file.rows.items():
            found = stated.setdefault(problem, {})
            for name, value in _said(row).items():
                if value and found.setdefault(name, value) != value and name == "stage":
                    raise UserError(f"{file.path}:{number}: {row.task_id} is {value} here, {found[name]} elsewhere")
    return {problem: _label(problem, found) for problem, found in stated.items()}


def _said(row: Row) -> dict[str, str]:
    task, data = (slug(text) for text in (row.metadata.task, row.metadata.data))
    modality = MODALITIES.get(row.metadata.data.casefold().strip(), data)
    return {
        "stage": str(STAGES[row.stated_stage]) if row.stated_stage else "",
        "task": task if task in set(Task) else "",
        "modality": str(modality) if modality in set(Modality) else "",
        "repo": row.repo,
        "name": row.task_id.removesuffix(".json"),
    }


def _label(problem: str, found: Mapping[str, str]) -> Labels:
    name, repo = found.get("name", problem), found.get("repo", "")
    return Labels(
        title=f"{name} ({repo})" if repo else name,
        stage=found.get("stage", ""),
        task=found.get("task", ""),
        modality=found.get("modality", ""),
        difficulty="",
        review="",
        hash="",
    )


def _manifest(file: ResultFile, labels: Mapping[str, Labels]) -> Manifest:
    problems = sorted(file.rows)
    return Manifest(
        run_id=run_id(file),
        model=file.model,
        technique=file.technique,
        suite=SUITE,
        parameters={"variant": file.variant},
        samples_per_problem=max(len(row.every) for _, row in file.rows.values()),
        problem_ids=problems,
        labels={problem: labels[problem] for problem in problems},
        source="imported",
        ranked=False,
        executor={"name": "DL-Bench's harness", "file": file.path.name, "sha256": file.digest, "source": SOURCE},
        note=f"Imported from {file.path.name} of DL-Bench's authors; statuses: "
        + ", ".join(f"{count} {status}" for status, count in file.statuses.most_common()),
    )


def already(results: Path, manifest: Manifest) -> Path | None:
    """The run's latest revision, if it holds the same."""
    for revision in revisions(results, manifest.run_id)[-1:]:
        folder = results / f"{manifest.run_id}.r{revision}"
        try:
            known = read_publication(folder).manifest
        except StoreError:
            return None
        if (known.executor, known.labels) == (manifest.executor, manifest.labels):
            return folder
    return None


def _samples(file: ResultFile) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for problem in sorted(file.rows):
        number, row = file.rows[problem]
        for sample, status in enumerate(row.every):
            verdict = STATUSES[status or "missing"]
            key = {"run_id": run_id(file), "problem_id": problem, "sample": sample}
            yield (
                key
                | {
                    "suite": SUITE,
                    "model": file.model,
                    "technique": file.technique,
                    "verdict": str(verdict),
                    "seconds": row.duration_s,
                    "message": None if verdict is Verdict.PASSED else _message(status, row),
                    "flags": [],
                }
                | _tests(row),
                key
                | {
                    "tests": "[]",
                    "evidence": json.dumps(
                        {"status": status, "file": file.path.name, "line": number}
                        | {name: getattr(row, name) for name in ("repo", "recovered_from") if getattr(row, name)}
                    ),
                },
            )


def _tests(row: Row) -> dict[str, int | None]:
    counts = row.counts
    ran = counts.passed + counts.failed + counts.errored
    return {"tests_total": ran, "tests_passed": counts.passed} if ran else {}


def _message(status: str | None, row: Row) -> str:
    said = (row.error or row.detail).splitlines()
    return f"{status or 'missing'} in DL-Bench's harness{f': {said[0]}' if said else ''}"[:300]
