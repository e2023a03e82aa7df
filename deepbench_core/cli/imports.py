"""`deepbench import`: bring in what others measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deepbench_core import paths
from deepbench_core.cli.output import format_option, show


@click.group("import")
def import_() -> None:
    """Bring in what others measured, on boards of its own."""


@import_.command("dl-bench")
@click.argument("path", type=click.Path(path_type=Path))
@format_option
def dl_bench(path: Path, form: str) -> None:
    """Read the result files of DL-Bench's authors.

    PATH is a checkout of their repository, its results folder or one file. The board is then on the leaderboard page
    under the suite dl-bench, and in `deepbench leaderboard --suite dl-bench --all`.
    """
    from deepbench_core.importers.dl_bench import import_results, run_id

    found = import_results(path, paths.results_dir())
    rows = []
    for run in found.runs:
        statuses = run.file.statuses
        row: dict[str, Any] = {"run": run_id(run.file), "model": run.file.model, "technique": run.file.technique}
        row |= {"tasks": len(run.file.rows), "samples": sum(statuses.values()), "passed": statuses["pass"]}
        rows.append(row | {"state": run.state})
    show(rows, form)
    if form == "table":
        new = sum(run.state == "new" for run in found.runs)
        click.echo(f"\n{new} of {len(found.runs)} runs imported, {found.problems} tasks.")
    if found.left_out:
        click.echo(f"deepbench: left out {len(found.left_out)} result files of other benchmarks", err=True)
