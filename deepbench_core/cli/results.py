"""`deepbench leaderboard` and `deepbench compare`: the board, and two of its rows, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deepbench_core import paths
from deepbench_core.cli.output import format_option, show
from deepbench_core.cli.problems import label_options
from deepbench_core.errors import UserError

if TYPE_CHECKING:
    from deepbench_core.store import Store


faults_option = click.option(
    "--faults", is_flag=True, help="Count samples that the harness or the provider lost as failures."
)


@click.command()
@click.option(
    "--by",
    type=click.Choice(["stage", "task", "modality", "library"]),
    help="One column for each label of this axis; only imported suites have libraries.",
)
@click.option("--suite", default="deepbench", show_default=True, help="Which suite's board.")
@click.option("--all", "every", is_flag=True, help="Rank rows with less than 95% coverage too.")
@faults_option
@label_options
@format_option
def leaderboard(by: str | None, suite: str, every: bool, faults: bool, form: str, **labels: Any) -> None:
    """Who solves how much of what, with intervals; the same figures as the page."""
    from deepbench_core.board import leaderboard as board_of
    from deepbench_core.board import without_rate
    from deepbench_core.filters import Filters

    store = _store(suite)
    board = board_of(store, Filters(suite=suite, complete=not every, faults=faults, **labels))
    records = board.frame.to_dict("records")
    imported = any("imported" in record["badges"] for record in records)
    rows = [_row(record, by, board.groups, board.total, form, imported) for record in records]
    empty = "no results yet: deepbench run --model local/smollm2-135m-instruct makes some"
    if not rows and without_rate(store, suite):
        empty = f"what is here of {suite} was picked because it failed, so no rate follows; see the failures page"
    show(rows, form, empty=empty)
    if form == "table" and board.sentence:
        click.echo(f"\n{board.sentence}")


@click.command()
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--suite", default="deepbench", show_default=True, help="Which suite's board.")
@click.option("--all", "every", is_flag=True, help="Without A and B: rows with less than 95% coverage too.")
@faults_option
@label_options
@format_option
def compare(a: str | None, b: str | None, suite: str, every: bool, faults: bool, form: str, **labels: Any) -> None:
    """Two rows of the board on the problems that both answered; all pairs without A and B.

    A and B are models, or any part of a name that only one row has.
    """
    from deepbench_core import compare as comparison
    from deepbench_core.filters import Filters

    filters = Filters(suite=suite, complete=not every, faults=faults, **labels)
    if (a is None) != (b is None):
        raise UserError("name two rows of the board to compare, or none for all pairs")
    if a is None or b is None:
        rows = comparison.matrix(_store(suite), filters).frame().to_dict("records")
        show([_pair_row(r, form) for r in rows], form, empty="fewer than two rows to compare")
        return
    found = comparison.pair(_store(suite), filters, a, b)
    row = {"a": found.a, "b": found.b, "difference": found.difference, "low": found.low, "high": found.high}
    row |= {"p": found.p, "holm": float("nan"), "n": found.n, "of": found.total}
    if form == "json":
        lists = {name: list(getattr(found, name)) for name in ("both", "only_a", "only_b", "neither")}
        more = {"test": found.test, "needed": found.needed, "sentence": found.sentence, **lists}
        show([_pair_row(row, form) | more], form)
        return
    counts = {"both": found.both, f"only {found.a}": found.only_a, f"only {found.b}": found.only_b}
    solved = [
        {"solved by": name, "problems": len(ids), "which": _some(ids, form)}
        for name, ids in (counts | {"neither": found.neither}).items()
    ]
    show(solved, form)
    if form == "table":
        click.echo(f"\n{found.sentence}")


def _some(ids: tuple[str, ...], form: str) -> str:
    """The first few where a person reads it."""
    shown = ids if form == "csv" else ids[:4]
    return " ".join(shown) + (" …" if len(shown) < len(ids) else "")


def _pair_row(record: dict[Any, Any], form: str) -> dict[str, Any]:
    known: dict[str, Any] = {str(k): None if isinstance(v, float) and v != v else v for k, v in record.items()}
    if form in ("json", "csv"):
        return known
    low, high = known["low"], known["high"]
    interval = f"[{100 * low:.1f}, {100 * high:.1f}]" if low is not None else None
    row = {"a": known["a"], "b": known["b"]}
    row["difference"] = f"{100 * known['difference']:.1f}" if known["difference"] is not None else None
    row |= {"95% interval": interval, "p": _p(known["p"]), "Holm": _p(known["holm"])}
    return row | {"problems": f"{known['n']} of {known['of']}"}


def _p(value: float | None) -> str | None:
    return None if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}"


def _store(suite: str) -> Store:
    """Published runs, with the suite's problems where they are at hand."""
    from deepbench_core.problems import suite_folders
    from deepbench_core.store import Store

    store = Store(paths.readable_results(), [folder for folder in suite_folders() if folder.name == suite])
    for skipped in store.skipped:
        click.echo(f"deepbench: left out: {skipped}", err=True)
    return store


def _row(record: dict[Any, Any], by: str | None, groups: Any, total: int, form: str, imported: bool) -> dict[str, Any]:
    people = form in ("table", "markdown", "latex")

    def share(value: float) -> Any:
        known = None if value != value else float(value)
        return f"{100 * known:.1f}" if people and known is not None else known

    row: dict[str, Any] = {"rank": record["rank"] or None, "model": record["name"] if people else record["model"]}
    if not people:
        row |= {"technique": record["technique"], "parameters": record["parameters"]}
    row["pass@1"] = share(record["pass@1"])
    if people:
        row["95% interval"] = f"[{share(record['low']) or '–'}, {share(record['high']) or '–'}]"
    else:
        row |= {"low": share(record["low"]), "high": share(record["high"])}
    row["problems"] = f"{record['problems']} of {total}" if people else record["problems"]
    if people and imported:
        row["tests ran"] = share(record["pass_ran"])
    if not people:
        row |= {"pass_ran": share(record["pass_ran"]), "ran": record["ran"]}
        row |= {"of": total, "samples": record["samples"], "harness": record["harness"], "provider": record["provider"]}
    if by:
        for label in groups[by]:
            row[label] = share(record[f"{by}:{label}"])
            if not people:
                row[f"{label}_n"] = record[f"{by}:{label} n"]
    else:
        row["$ per solved"] = (
            None if record["cost_per_solved"] != record["cost_per_solved"] else record["cost_per_solved"]
        )
        row["tokens"] = None if record["tokens"] != record["tokens"] else round(record["tokens"])
    row["notes"] = ", ".join(record["badges"]) or None
    if not people:
        row["run_ids"] = record["run_ids"]
    return row
