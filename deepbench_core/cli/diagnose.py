"""`deepbench diagnose`: why code failed, for a file of failures or for published runs."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import IO, Any

import click

from deepbench_core import paths
from deepbench_core.cli.output import progress_bar, show
from deepbench_core.cli.problems import chosen_folder, folder_option, suite_option
from deepbench_core.cli.runs import executor_option, unsafe_option, workers_option
from deepbench_core.errors import UserError


@click.command()
@click.argument("failures", required=False, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write JSONL.  [default: stdout]")
@click.option("--run", "run_ids", multiple=True, metavar="RUN", help="Diagnose a published run instead; repeatable.")
@click.option("--all", "every", is_flag=True, help="Diagnose every published run.")
@click.option("--again", is_flag=True, help="Diagnose what is diagnosed already, too.")
@click.option(
    "--counterfactuals/--no-counterfactuals",
    default=True,
    show_default=True,
    help="Run what-if experiments in the sandbox, where the problem is at hand.",
)
@click.option("--judge", "judge_model", metavar="MODEL", help="Ask a model about what stays open; costs are counted.")
@click.option("--api-base", metavar="URL", help="Endpoint of the judge.")
@click.option("--environment", default="", help="Whose libraries a file's failures ran with.  [default: its problem's]")
@suite_option
@folder_option
@executor_option
@workers_option
@unsafe_option
def diagnose(
    failures: Path | None,
    out: Path | None,
    run_ids: tuple[str, ...],
    every: bool,
    again: bool,
    counterfactuals: bool,
    judge_model: str | None,
    api_base: str | None,
    environment: str,
    suite: str,
    folder: Path | None,
    executor: str,
    workers: int | None,
    unsafe: bool,
) -> None:
    """Say why code failed: category, facet, evidence (docs/taxonomy.md).

    FAILURES holds one JSON object a line: id, code, and as far as known prompt, reference and test_output.
    """
    from deepbench_core.runs import diagnosing

    if sum((failures is not None, bool(run_ids), every)) != 1:
        raise UserError("give a file of failures, or --run RUN, or --all")
    box: dict[str, Any] = {"executor": executor, "workers": workers, "unsafe": unsafe}
    where = chosen_folder(suite, folder)
    if failures is None:
        from deepbench_core.store import Store

        store = Store(paths.results_dir(), [where] if where.is_dir() else [])
        wanted = [m.run_id for m in store.manifests() if m.source != "imported"] if every else list(run_ids)
        with progress_bar() as (bar, task):
            found = diagnosing.diagnose_runs(
                store, wanted, counterfactuals=counterfactuals, judge_model=judge_model, api_base=api_base, again=again,
                say=lambda message: bar.update(task, description=message), **box,
            )  # fmt: skip
        rows = [
            {"run": one.run_id, "category": name, "samples": n} for one in found for name, n in one.counts.most_common()
        ]
        show(rows, "table", empty="nothing failed")
        for one in found:
            price = f", ${one.cost:.4f} for the judge" if judge_model and one.cost is not None else ""
            click.echo(f"{one.run_id}: {one.failed} failed, {one.made} diagnosed now{price}", err=True)
        return
    _file(failures, out, where, judge_model, api_base, environment, counterfactuals=counterfactuals, **box)


def _file(
    failures: Path,
    out: Path | None,
    where: Path,
    judge_model: str | None,
    api_base: str | None,
    environment: str,
    *,
    counterfactuals: bool,
    executor: str,
    workers: int | None,
    unsafe: bool,
) -> None:
    import contextlib

    from deepbench_core.diagnosis.failure import read_rows
    from deepbench_core.environments import load_environment
    from deepbench_core.problems import Problem, check_suite
    from deepbench_core.runs import diagnosing

    if environment:
        load_environment(environment)
    rows = list(read_rows(failures))
    problems = [p for _, p in check_suite(where) if isinstance(p, Problem)] if where.is_dir() else []
    known = diagnosing.matching(rows, problems)
    counts: Counter[str] = Counter()
    with (
        diagnosing.opened(
            known if counterfactuals else [], judge_model, api_base, executor=executor, workers=workers, unsafe=unsafe
        ) as diagnoser,
        _output(out) if out is not None else contextlib.nullcontext() as target,
        progress_bar() as (bar, task),
    ):
        bar.update(task, total=len(rows), description="diagnosing")
        for row in diagnosing.diagnose_rows(rows, known, diagnoser, environment=environment):
            counts[row["category"] or "not determined"] += 1
            line = json.dumps(row, ensure_ascii=False)
            print(line, file=target) if target is not None else click.echo(line)
            bar.update(task, advance=1)
    price = f"; ${diagnoser.cost:.4f} for the judge" if judge_model and diagnoser.cost is not None else ""
    click.echo(", ".join(f"{n} {name}" for name, n in counts.most_common()) + price, err=True)


def _output(path: Path) -> IO[str]:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
