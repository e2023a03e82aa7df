"""Figures from papers, with their citation: reference marks beside what this system measured, never ranked with it.

They come without intervals, without the number of problems behind them, and mostly without exact model versions, so
nothing here is turned into the types of the board.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deepbench_core.errors import UserError

DATA = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Source:
    """Where a figure was published."""

    title: str
    year: int
    identifier: str
    url: str
    where: str  # in the publication

    @property
    def citation(self) -> str:
        return f"{self.title} ({self.year}), {self.identifier}, {self.where}"


@dataclass(frozen=True)
class Figure:
    """A model's pass rate as a paper states it; `rate` is a share, 0.31 for 31%."""

    benchmark: str
    model: str
    rate: float
    source: Source


@dataclass(frozen=True)
class PublishedGap:
    """The largest difference between the groups of an axis that a paper states; `value` is a share, 0.07 for 7 points.

    The best observed minus the worst, without a correction for picking them.
    """

    benchmark: str
    axis: str
    value: float
    source: Source


@dataclass(frozen=True)
class Drop:
    """One model on two benchmarks, as published."""

    model: str
    a: Figure
    b: Figure

    @property
    def value(self) -> float:
        return self.a.rate - self.b.rate


@dataclass(frozen=True)
class RepositoryCheck:
    """What DL-Bench's authors report of the unchanged reference solutions of one repository in their harness."""

    repository: str
    built: bool
    tasks: int
    passed: int
    failed: int
    errors: int
    other: int

    @property
    def usable(self) -> float:
        """Share of the tasks whose reference passes; a model's failure on any other says nothing about the model."""
        return self.passed / self.tasks if self.tasks else float("nan")


def figures(benchmark: str | None = None) -> tuple[Figure, ...]:
    """The published pass rates, in the order of their source."""
    return tuple(f for f in _read()[0] if benchmark in (None, f.benchmark))


def gaps(axis: str | None = None) -> tuple[PublishedGap, ...]:
    """The published gaps."""
    return tuple(g for g in _read()[1] if axis in (None, g.axis))


def drops(a: str = "DS-1000", b: str = "Deep-Bench") -> tuple[Drop, ...]:
    """The models with figures of one source on both benchmarks."""
    on_b = {(f.model, f.source): f for f in figures(b)}
    return tuple(Drop(f.model, f, on_b[f.model, f.source]) for f in figures(a) if (f.model, f.source) in on_b)


def read_validation(path: Path) -> tuple[RepositoryCheck, ...]:
    """Read `validation_summary.csv` of DL-Bench's authors. Raises UserError that names the line."""
    wanted = ["repo", "build_ok", "n_tasks", "pass", "fail", "error", "other", "secs"]
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    rows = list(csv.reader(lines))
    if not rows or rows[0] != wanted:
        raise UserError(f"{path}:1: the columns are not {','.join(wanted)}")
    found = []
    for number, row in enumerate(rows[1:], start=2):
        try:
            repository, *numbers = row
            built, tasks, passed, failed, errors, other, _ = map(int, numbers)
        except ValueError:
            raise UserError(f"{path}:{number}: not a name and seven whole numbers") from None
        found.append(RepositoryCheck(repository, bool(built), tasks, passed, failed, errors, other))
    return tuple(found)


@cache
def _read() -> tuple[tuple[Figure, ...], tuple[PublishedGap, ...]]:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    sources = {name: Source(**fields) for name, fields in data["sources"].items()}
    return (
        tuple(Figure(f["benchmark"], f["model"], f["percent"] / 100, sources[f["source"]]) for f in data["figures"]),
        tuple(PublishedGap(g["benchmark"], g["axis"], g["points"] / 100, sources[g["source"]]) for g in data["gaps"]),
    )
