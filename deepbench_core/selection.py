"""What figures beyond the board start from: a suite's cells within the filters, and what to call each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepbench_core.board import COMPLETE, problem_mask, suite_cells
from deepbench_core.entries import SEPARATOR, Entry
from deepbench_core.errors import UserError
from deepbench_core.filters import Filters
from deepbench_core.statistics import Array

if TYPE_CHECKING:
    import pandas as pd

    from deepbench_core.store import Store


@dataclass(frozen=True)
class Selection:
    """Rows with at least one counted sample within the filters, as on the board.

    `scores` are shares of a problem's samples that passed (NaN: no answer that counts), `n` the samples behind each.
    """

    problems: pd.DataFrame
    entries: tuple[Entry, ...]
    labels: tuple[str, ...]  # what to call each entry; no two alike
    n: Array  # entries × problems
    c: Array
    scores: Array

    @property
    def total(self) -> int:
        """Problems within the filters."""
        return len(self.problems)

    @property
    def covered(self) -> Array:
        """Problems that each entry answered."""
        return np.asarray(np.isfinite(self.scores).sum(axis=1), dtype=float)

    @property
    def complete(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which entries answered at least 95% of the problems."""
        return np.asarray((self.covered >= COMPLETE * self.total) & (self.covered > 0))

    def row(self, wanted: Entry | str) -> int:
        """Index of an entry given itself, its label, or any part of a label that only one has. Raises UserError."""
        if isinstance(wanted, Entry):
            found = [i for i, e in enumerate(self.entries) if e.key == wanted.key]
            name = wanted.model
        else:
            name = wanted
            found = [i for i, label in enumerate(self.labels) if label == name]
            found = found or [i for i, label in enumerate(self.labels) if label.split(SEPARATOR)[0] == name]
            found = found or [i for i, label in enumerate(self.labels) if name.casefold() in label.casefold()]
        if len(found) == 1:
            return found[0]
        if not found:
            known = ", ".join(repr(label) for label in self.labels[:8]) or "no results yet"
            raise UserError(f"no row {name!r} on this board; there is {known}{' …' if len(self.labels) > 8 else ''}")
        raise UserError(f"{name!r} may mean {', '.join(repr(self.labels[i]) for i in found[:8])}: give one whole name")


def select(store: Store, filters: Filters, *, suite: str | None = None) -> Selection:
    """The rows and problems that the filters leave, with the scores that they count."""
    cells = suite_cells(store, suite or filters.suite)
    columns = problem_mask(cells, filters)
    n = (cells.n + (cells.harness + cells.provider if filters.faults else 0))[:, columns]
    rows = [i for i, e in enumerate(cells.entries) if filters.admits(e.model, e.technique) and n[i].any()]
    n, c = n[rows], cells.c[:, columns][rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.where(n > 0, c / n, np.nan)
    entries, labels = tuple(cells.entries[i] for i in rows), tuple(cells.names[i] for i in rows)
    return Selection(cells.problems[columns], entries, labels, n, c, scores)
