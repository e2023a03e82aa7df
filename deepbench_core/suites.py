"""Suites that are imported: other people's problems, kept in the home folder and never with the product.

One file holds a suite, `problems.jsonl.gz`: a first line that says where it came from, then a line for each problem. It
is compressed because some authors ask that their problems never lie anywhere for a crawler to read.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from deepbench_core import paths
from deepbench_core.errors import UserError
from deepbench_core.jsonl import Record, read_lines, record
from deepbench_core.problems import IMPORTED, SLUG, Problem, dataset_hash


@dataclass(frozen=True)
class Source:
    """Where problems came from; the first line of a suite's file. `sha256` is of the file that was imported."""

    benchmark: str
    address: str
    licence: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Suite:
    """What an import left behind."""

    name: str
    folder: Path
    problems: tuple[Problem, ...]
    state: Literal["new", "unchanged", "replaced"]


def read_records(path: Path, kind: type[Record], benchmark: str) -> Iterator[tuple[int, Record]]:
    """The records of a published file with their lines. Raises UserError with the line for what is none."""
    for number, line in read_lines(path):
        yield number, record(line, f"{path}:{number}", kind, f"a problem of {benchmark}")


def source_of(path: Path, *, benchmark: str, address: str, licence: str) -> Source:
    """The source of a file that was read to its end."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return Source(benchmark, address, licence, path.name, digest.hexdigest())


def write_suite(name: str, problems: Sequence[Problem], source: Source) -> Suite:
    """Put a suite in place, whole, instead of what was there under its name.

    Raises UserError for a name that no suite can have, or that one of the product's has, and where nothing can be
    written.
    """
    folder = paths.suites_dir() / name
    if not SLUG.fullmatch(name):
        raise UserError(f"suite {name!r}: lower-case words joined by hyphens, like ds1000")
    if (paths.problems_dir() / name).exists():
        raise UserError(f"suite {name!r} ships with DeepBench; give this one another name with --suite")
    data = _packed(problems, source)
    path = folder / IMPORTED
    before = path.read_bytes() if path.is_file() else None
    if before != data:
        partial = folder / f".{IMPORTED}.{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise UserError(f"{error.filename or folder}: {error.strerror or error}") from None
    state: Literal["new", "unchanged", "replaced"] = "new" if before is None else "replaced"
    return Suite(name, folder, tuple(problems), "unchanged" if before == data else state)


def _packed(problems: Sequence[Problem], source: Source) -> bytes:
    """The file's bytes; equal problems from an equal file give equal ones."""
    head = asdict(source) | {"problems": len(problems), "dataset": dataset_hash(list(problems))}
    lines = [json.dumps(head), *(json.dumps(_values(p), ensure_ascii=True) for p in problems)]
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)


def _values(problem: Problem) -> dict[str, Any]:
    meta = problem.meta.model_dump(mode="json", exclude_defaults=True)
    return {"meta": meta, "prompt": problem.prompt, "reference": problem.reference, "tests": problem.tests}
