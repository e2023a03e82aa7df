"""`deepbench leaderboard`: the board on the command line."""

from __future__ import annotations

from typing import Any

import click

from deepbench_core import paths
from deepbench_core.cli.output import format_option, show
from deepbench_core.cli.problems import label_options


@click.command()
@click.option("--by", type=click.Choice(["stage", "task", "modality"]), help="One column for each label of this axis.")
@click.option("--suite", default="deepbench", show_default=True, help="Which suite's board.")
@click.option("--all", "every", is_flag=True, help="Rank rows with less than 95% coverage too.")
@label_options
@format_option
def leaderboard(by: str | None, suite: str, every: bool, form: str, **labels: Any) -> None:
    """Who solves how much of what, with intervals; the same figures as the page."""
    from deepbench_core.board import leaderboard as board_of
    from deepbench_core.filters import Filters
    from deepbench_core.store import Store

    store = Store(paths.results_dir(), [paths.problems_dir() / suite])
    board = board_of(store, Filters(suite=suite, complete=not every, **labels))
    for skipped in store.skipped:
        click.echo(f"deepbench: left out: {skipped}", err=True)
    rows = [_row(record, by, board.groups, board.total, form) for record in board.frame.to_dict("records")]
    show(rows, form, empty="no results yet: deepbench run --model local/smollm2-135m-instruct makes some")
    if form == "table" and board.sentence:
        click.echo(f"\n{board.sentence}")


def _row(record: dict[Any, Any], by: str | None, groups: Any, total: int, form: str) -> dict[str, Any]:
    people = form in ("table", "markdown")

    def share(value: float) -> Any:
        known = None if value != value else float(value)
        return f"{100 * known:.1f}" if people and known is not None else known

    row: dict[str, Any] = {"rank": record["rank"] or None, "model": record["model"], "technique": record["technique"]}
    row["pass@1"] = share(record["pass@1"])
    if people:
        row["95% interval"] = f"[{share(record['low']) or '–'}, {share(record['high']) or '–'}]"
    else:
        row |= {"low": share(record["low"]), "high": share(record["high"])}
    row["problems"] = f"{record['problems']} of {total}" if people else record["problems"]
    if not people:
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
