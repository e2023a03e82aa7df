"""The spreadsheet of DL-Bench's labels (`taxonomy.xlsx`), whose columns are known by what is in them.

Its headings were not at hand, so none is relied upon: the column of names holds those of the generations, columns of
labels hold numbers 1–15 or lists of them, and the prompt is the longest prose. What can't be told that way is refused.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepbench_core.errors import UserError
from deepbench_core.importers.dl_bench_records import CATEGORIES

if TYPE_CHECKING:
    import pandas as pd

MOSTLY = 0.8  # of a column's cells; the rest of a column of labels is then a mistake, and named
PROSE = 40  # characters of a mean cell, from which on a column may be the prompt

_LIST = re.compile(r"\s*[\[(]?\s*(\d+(?:\s*[,;/&+]\s*\d+)*)\s*[\])]?\s*")
_CODE = re.compile(r"\s*(?:def|class|import|from|async|@)\b|\s*@")


@dataclass(frozen=True)
class Labelled:
    """One row: `labels` of one or two raters, the most important first."""

    where: str
    prompt: str
    labels: tuple[tuple[int, ...], ...]


def stem(name: str) -> str:
    """`processed_x.json` → `processed_x`."""
    return re.sub(r"\.(json|txt|py)$", "", name.strip())


def read_sheet(path: Path, names: Collection[str]) -> dict[str, Labelled]:
    """What each row says, by the generation's name; `names` are those that there are files of.

    Raises UserError, with sheet and row or headings, for what can't be understood, and where openpyxl is missing.
    """
    if importlib.util.find_spec("openpyxl") is None:
        raise UserError(f"{path}: a spreadsheet is read by openpyxl, which is not installed: pip install openpyxl")
    import pandas as pd

    try:
        sheets: dict[str, pd.DataFrame] = pd.read_excel(
            path, sheet_name=None, header=None, dtype=object, engine="openpyxl"
        )
    except Exception as error:  # a broken archive comes as one of a dozen types
        raise UserError(f"{path}: not readable as a spreadsheet: {' '.join(str(error).split())[:100]}") from None
    found: dict[str, Labelled] = {}
    for title, sheet in sheets.items():
        for name, row in _rows(f"{path}: sheet {title!r}", sheet, frozenset(names)):
            if name in found:
                raise UserError(f"{row.where}: {name} was already in {found[name].where}")
            found[name] = row
    if not found:
        heads = "; ".join(f"{title!r}: {_headings(sheet)}" for title, sheet in sheets.items())
        raise UserError(f"{path}: no column with names of generations (processed_…) in the sheets {heads}")
    return found


def _rows(where: str, sheet: pd.DataFrame, names: frozenset[str]) -> list[tuple[str, Labelled]]:
    """The rows of one sheet; none where no column names generations."""

    def is_name(value: Any) -> bool:
        return isinstance(value, str) and (value.strip().startswith("processed_") or stem(value) in names)

    columns = [_cells(sheet, i) for i in range(sheet.shape[1])]
    naming = [i for i in range(len(columns)) if _share(columns[i], is_name) >= MOSTLY]
    if not naming:
        return []
    if len(naming) > 1:
        raise UserError(f"{where}: several columns name generations; its headings: {_headings(sheet)}")
    rated = [
        i
        for i, cells in enumerate(columns)
        if i != naming[0] and _share(cells, lambda v: _labels(v) is not None) >= MOSTLY and not _counts_up(cells)
    ]
    if not 1 <= len(rated) <= 2:
        what = "no column" if not rated else f"{len(rated)} columns"
        raise UserError(
            f"{where}: {what} with labels (1–{len(CATEGORIES)}) where there are one or two raters; "
            f"its headings: {_headings(sheet)}"
        )
    prose = {i: _mean_length(cells) for i, cells in enumerate(columns) if i not in (naming[0], *rated)}
    longest = max(prose, key=lambda i: prose[i], default=None)
    prompt = longest if longest is not None and prose[longest] >= PROSE else None
    found = []
    for number, cell in columns[naming[0]].items():
        if not is_name(cell):
            continue
        at = f"{where}, row {number + 1}"
        given = tuple(_read_labels(columns[i].get(number), at) for i in rated)
        text = columns[prompt].get(number, "") if prompt is not None else ""
        found.append((stem(cell), Labelled(at, str(text).strip(), given)))
    return found


def _cells(sheet: pd.DataFrame, column: int) -> dict[int, Any]:
    """The cells that hold something, by row."""
    series = sheet.iloc[:, column].dropna()
    return {int(i): value for i, value in series.items() if str(value).strip()}  # type: ignore[call-overload]


def _share(cells: dict[int, Any], test: Callable[[Any], bool]) -> float:
    """How many of a column's cells pass, the first row aside: that may be a heading."""
    below = [value for row, value in cells.items() if row > 0]
    return sum(map(test, below)) / len(below) if below else 0.0


def _labels(value: Any) -> tuple[int, ...] | None:
    """The labels of a cell: 1, 1.0, "1, 10" or "[1, 10]"; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    match = _LIST.fullmatch(str(value)) if isinstance(value, int | str) and not isinstance(value, bool) else None
    numbers = tuple(map(int, re.findall(r"\d+", match[1]))) if match else ()
    return tuple(dict.fromkeys(numbers)) if numbers and set(numbers) <= set(CATEGORIES) else None


def _read_labels(value: Any, where: str) -> tuple[int, ...]:
    if value is None:
        return ()
    if (found := _labels(value)) is None:
        raise UserError(f"{where}: {str(value)[:40]!r} is no label (1–{len(CATEGORIES)}, or a list of them)")
    return found


def _counts_up(cells: dict[int, Any]) -> bool:
    """Whether a column numbers the rows."""
    values = [labels[0] for v in cells.values() if (labels := _labels(v)) and len(labels) == 1]
    return len(values) > 2 and values == list(range(values[0], values[0] + len(values)))


def _mean_length(cells: dict[int, Any]) -> float:
    """Of a column of prose; 0 for one of code."""
    texts = [str(value) for row, value in cells.items() if row > 0]
    if not texts or sum(bool(_CODE.match(text)) for text in texts) > len(texts) / 2:
        return 0.0
    return sum(map(len, texts)) / len(texts)


def _headings(sheet: pd.DataFrame) -> str:
    return ", ".join(str(v)[:40] for v in sheet.iloc[0]) if len(sheet) else "none"
