"""`deepbench report`: the board as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deepbench_core import paths
from deepbench_core.cli.problems import label_options
from deepbench_core.errors import UserError


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("report"),
    show_default=True,
    help="Folder to write leaderboard.html and leaderboard.sql into.",
)
@click.option("--suite", default="deepbench", show_default=True, help="Which suite's board.")
@click.option("--title", default="DeepBench", show_default=True, help="What to call it.")
@click.option("--all", "every", is_flag=True, help="Rank rows with less than 95% coverage too.")
@click.option("--faults", is_flag=True, help="Count samples that the harness or the provider lost as failures.")
@label_options
def report(out: Path, suite: str, title: str, every: bool, faults: bool, **labels: Any) -> None:
    """Write the board, gaps, all pairs and methods as one HTML file that needs nothing else."""
    from deepbench_core import report as reports
    from deepbench_core.filters import Filters
    from deepbench_core.problems import suite_folders
    from deepbench_core.store import Store

    store = Store(paths.readable_results(), [folder for folder in suite_folders() if folder.name == suite])
    for skipped in store.skipped:
        click.echo(f"deepbench: left out: {skipped}", err=True)
    filters = Filters(suite=suite, complete=not every, faults=faults, **labels)
    files = {
        "leaderboard.html": reports.html(store, filters, title=title),
        "leaderboard.sql": reports.sql(store, filters),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
            click.echo(out / name)
    except OSError as error:
        raise UserError(f"{out}: {error.strerror or error}") from None
