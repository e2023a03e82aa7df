"""`deepbench import`: bring in what others measured, and what they measured it with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepbench_core import paths
from deepbench_core.cli.output import format_option, show
from deepbench_core.errors import UserError

if TYPE_CHECKING:
    from deepbench_core.suites import Suite

Option = Callable[[Callable[..., None]], Callable[..., None]]


@click.group("import")
def import_() -> None:
    """Bring in other people's problems as suites, and their results on boards of their own."""


@import_.command("dl-bench")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--responses", type=click.Path(path_type=Path, dir_okay=False), help="File for recorded answers to tasks."
)
@format_option
def dl_bench(path: Path, responses: Path | None, form: str) -> None:
    """Read the tasks, the result files and the labelled failures of DL-Bench's authors.

    PATH is a checkout of their repository, a folder of it or one file. Tasks of packages that there is an environment
    for become the suite dl-bench-tasks, to be run and scored here; `--responses` keeps the answers that came with them,
    for `deepbench score`. Results are then on the leaderboard page under the suite dl-bench, and in
    `deepbench leaderboard --suite dl-bench --all`. Failures (the folder Taxonomy-Data, or labelled_failures*.jsonl) are
    on the failures page under the suite dl-bench-failures, with what their raters said.
    """
    from deepbench_core.importers.dl_bench_failures import failure_sources
    from deepbench_core.importers.dl_bench_tasks import task_files

    tasks = task_files(path)
    failures = failure_sources(path)
    if len(failures) > 1:
        raise UserError(f"{', '.join(map(str, failures))} would be the same run; import one of them")
    if tasks:
        _dl_bench_tasks(path, responses)
    rows: list[dict[str, Any]] = []
    said: list[str] = []
    try:
        if not (tasks or failures) or (path / "results").is_dir():
            _dl_bench_results(path, rows, said)
        for source in failures:
            _dl_bench_failures(source, rows, said)
    finally:  # failures that can't be read leave the results imported
        if rows:
            show(rows, form)
        if rows and form == "table":
            click.echo("\n" + "\n".join(said))


def _dl_bench_tasks(path: Path, responses: Path | None) -> None:
    import json

    from deepbench_core.importers.dl_bench_tasks import import_tasks

    found = import_tasks(path)
    if responses is not None:
        rows = (json.dumps({"problem_id": problem, "code": code}) + "\n" for problem, code in found.responses)
        responses.write_text("".join(rows), encoding="utf-8")
        click.echo(f"{len(found.responses)} recorded answers in {responses}")
    _tell(found.suite)
    for repository, count in sorted(found.left_out.items()):
        click.echo(
            f"deepbench: left out {count} tasks of {repository}: there is no environment dlbench-{repository}", err=True
        )


def _dl_bench_results(path: Path, rows: list[dict[str, Any]], said: list[str]) -> None:
    from deepbench_core.importers.dl_bench import import_results, run_id

    found = import_results(path, paths.results_dir())
    for run in found.runs:
        statuses = run.file.statuses
        row: dict[str, Any] = {"run": run_id(run.file), "model": run.file.model, "technique": run.file.technique}
        row |= {"tasks": len(run.file.rows), "samples": sum(statuses.values()), "passed": statuses["pass"]}
        rows.append(row | {"state": run.state})
    new = sum(run.state == "new" for run in found.runs)
    said.append(f"{new} of {len(found.runs)} runs imported, {found.problems} tasks.")
    if found.left_out:
        click.echo(f"deepbench: left out {len(found.left_out)} result files of other benchmarks", err=True)


def _dl_bench_failures(source: Path, rows: list[dict[str, Any]], said: list[str]) -> None:
    from deepbench_core.importers.dl_bench_failures import MODEL, RUN, TECHNIQUE, import_failures

    found = import_failures(source, paths.results_dir())
    row: dict[str, Any] = {"run": RUN, "model": MODEL, "technique": TECHNIQUE}
    total = found.verdicts.total()
    row |= {"tasks": total, "samples": total, "passed": found.verdicts["passed"]}
    rows.append(row | {"state": found.state})
    verdicts = ", ".join(f"{n} {verdict}" for verdict, n in found.verdicts.most_common())
    said.append(
        f"{total} recorded failures ({verdicts}); {found.ratings} labels of raters on {found.labelled} of them."
    )
    said.append(f"next: deepbench diagnose --run {RUN}, then the failures page under the suite {RUN}")
    for what in found.left_out:
        click.echo(f"deepbench: left out {what}", err=True)


def _suite_option(name: str) -> Option:
    return click.option("--suite", default=name, show_default=True, help="The name that it gets here.")


def _environment_option(name: str) -> Option:
    return click.option("--environment", default=name, show_default=True, help="What its problems may import.")


@import_.command("ds1000")
@click.argument("path", type=click.Path(path_type=Path))
@_suite_option("ds1000")
@click.option("--partial", is_flag=True, help="Take a file that lacks some of the 1,000 problems.")
def ds1000(path: Path, suite: str, partial: bool) -> None:
    """Read the published problems of DS-1000 (ds1000.jsonl or .jsonl.gz) into a suite.

    It is kept in DeepBench's home folder, compressed, because its authors ask that it never be put online as it is.
    """
    from deepbench_core.importers.ds1000 import import_ds1000

    _tell(import_ds1000(path, suite=suite, partial=partial))


@import_.command("human-eval")
@click.argument("path", type=click.Path(path_type=Path))
@_suite_option("human-eval")
@_environment_option("torch-cpu")
def human_eval(path: Path, suite: str, environment: str) -> None:
    """Read problems in the form of HumanEval (HumanEval.jsonl or .jsonl.gz) into a suite."""
    from deepbench_core.importers.functions import import_human_eval

    _tell(import_human_eval(path, suite=suite, environment=environment))


@import_.command("bigcodebench")
@click.argument("path", type=click.Path(path_type=Path))
@_suite_option("bigcodebench")
@_environment_option("ds1000")
def bigcodebench(path: Path, suite: str, environment: str) -> None:
    """Read problems in the form of BigCodeBench (JSON lines) into a suite.

    Those whose libraries the environment lacks are there, and judged as the harness's failure until it has them.
    """
    from deepbench_core.importers.functions import import_bigcodebench

    _tell(import_bigcodebench(path, suite=suite, environment=environment))


def _tell(found: Suite) -> None:
    """One line a person reads: what is there now, by library where that is known."""
    from deepbench_core.problems import NEEDS_NETWORK

    libraries = Counter(p.meta.library for p in found.problems if p.meta.library)
    listed = ", ".join(f"{n} {name}" for name, n in libraries.most_common())
    click.echo(f"{found.name}: {len(found.problems)} problems, {found.state}{f' ({listed})' if listed else ''}")
    if network := sum(NEEDS_NETWORK in p.meta.tags for p in found.problems):
        click.echo(f"{network} of them need the network, which no sandbox has: they are shown apart")
    environments = " ".join(sorted({p.meta.environment for p in found.problems}))
    click.echo(f"next: deepbench env build {environments}, then deepbench run --suite {found.name} --model …")
