"""How listings are printed: a table for people, JSON, CSV or Markdown for everything else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Row = Mapping[str, Any]

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "markdown", "latex"]),
    default="table",
    show_default=True,
    help="How to print it.",
)


def show(rows: Sequence[Row], form: str, *, empty: str = "nothing to show") -> None:
    """Print rows that share their keys; an empty table says `empty` instead, on stderr."""
    if form == "json":
        click.echo(json.dumps([dict(r) for r in rows], indent=2, default=str, ensure_ascii=False))
    elif not rows:
        click.echo(empty, err=True)
    else:
        click.echo({"csv": _csv, "markdown": _markdown, "latex": _latex, "table": _table}[form](rows), nl=False)


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _markdown(rows: Sequence[Row]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"

    head = list(rows[0])
    body = [line([_cell(row[key]) for key in head]) for row in rows]
    return line(head) + line(["---"] * len(head)) + "".join(body)


def _latex(rows: Sequence[Row]) -> str:
    """A tabular for the package booktabs, numbers to the right."""
    head = list(rows[0])
    columns = "".join("r" if all(_is_number(row[key]) for row in rows) else "l" for key in head)

    def line(cells: Sequence[str]) -> str:
        text = " & ".join(_escaped(cell) for cell in cells)
        return ("{}" if text.startswith("[") else "") + text + " \\\\\n"  # \\\\[ would be a skip of that length

    body = "".join(line([_cell(row[key]) for key in head]) for row in rows)
    start = f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n"
    return f"{start}{line(head)}\\midrule\n{body}\\bottomrule\n\\end{{tabular}}\n"


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value.replace(".", "", 1).removeprefix("-").isdigit()
    return isinstance(value, int | float | None)


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


_LATEX = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "·": r"\textperiodcentered{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


def _table(rows: Sequence[Row]) -> str:
    head = list(rows[0])
    cells = [[_cell(row[key]) for key in head] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(head, *cells, strict=True)]
    numeric = [all(isinstance(row[key], int | float | None) for row in rows) for key in head]
    pads: list[Callable[[str, int], str]] = [str.rjust if n else str.ljust for n in numeric]

    def line(texts: Sequence[str]) -> str:
        return "  ".join(pad(t, w) for t, w, pad in zip(texts, widths, pads, strict=True)).rstrip() + "\n"

    return line(head) + line(["-" * w for w in widths]) + "".join(line(row) for row in cells)


def _cell(value: Any) -> str:
    if value is None or value != value:  # NaN is unknown too
        return "–"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else " ".join(str(value).split())


@contextmanager
def progress_bar() -> Iterator[tuple[Progress, TaskID]]:
    """One bar on stderr; where that is no terminal, only the end is printed."""
    from rich import progress
    from rich.console import Console

    columns = (
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.description}"),
    )
    console = Console(stderr=True)
    with progress.Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield bar, bar.add_task("preparing", total=None)
