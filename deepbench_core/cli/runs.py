"""`deepbench run`, `resume`, `runs` and `score`: asking models and judging what they answered."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepbench_core import paths
from deepbench_core.cli.output import format_option, progress_bar, show
from deepbench_core.cli.problems import chosen_folder, folder_option, label_options, suite_option
from deepbench_core.errors import RunError, UserError

if TYPE_CHECKING:
    from deepbench_core.runs import Event, Result

executor_option = click.option(
    "--executor",
    type=click.Choice(["auto", "docker", "local"]),
    default="auto",
    show_default=True,
    help="Where generated code runs; auto is docker where an engine answers, else local.",
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 1024), help="Sandboxes side by side.  [default: cores]"
)
unsafe_option = click.option("--unsafe", is_flag=True, help="Run generated code without a sandbox where there is none.")


@click.command()
@click.option("--model", help="provider/model, local/NAME, local/PATH.gguf, reference or stub.")
@click.option("--like", metavar="RUN", help="Repeat a published run, and report how far the two agree.")
@click.option("--changed", is_flag=True, help="With --like: only problems whose prompt has changed since.")
@suite_option
@folder_option
@click.option("--problem", "ids", multiple=True, metavar="ID", help="Only this problem; repeatable.")
@label_options
@click.option(
    "--subset", type=click.IntRange(1), metavar="N", help="Only N of them, spread over the axes; the same each time."
)
@click.option("--samples", type=click.IntRange(1, 10_000), default=1, show_default=True, help="Responses per problem.")
@click.option("--temperature", type=click.FloatRange(0, 5), default=0.0, show_default=True)
@click.option("--max-tokens", type=click.IntRange(1), default=2048, show_default=True, help="Longest response.")
@click.option("--seed", type=int, help="For models that take one; sample i is asked with seed + i.")
@click.option("--api-base", help="Address of an OpenAI-compatible endpoint of your own.")
@click.option("--technique", default="zero-shot", show_default=True, help="How the prompt is made.")
@executor_option
@workers_option
@click.option("--concurrency", type=click.IntRange(1, 512), default=4, show_default=True, help="Model calls at a time.")
@unsafe_option
@click.option("--plan", "only_plan", is_flag=True, help="Say what it would take, and stop.")
def run(
    model: str | None,
    like: str | None,
    changed: bool,
    suite: str,
    folder: Path | None,
    ids: tuple[str, ...],
    stage: tuple[str, ...],
    task: tuple[str, ...],
    modality: tuple[str, ...],
    only_plan: bool,
    temperature: float,
    max_tokens: int,
    seed: int | None,
    api_base: str | None,
    **rest: Any,
) -> None:
    """Ask a model to solve problems, judge its code, and publish the results.

    Ctrl-C stops it; `deepbench resume` goes on without asking again for what was answered.
    """
    from deepbench_core.runs import create, make_spec, plan
    from deepbench_core.runs.spec import describe
    from deepbench_core.store import Store

    if like:
        _repeat(like, chosen_folder(suite, folder), only_changed=changed)
        return
    if changed:
        raise click.UsageError("--changed needs --like RUN: it asks that run's model again.")
    if not model:
        raise click.UsageError("Missing option '--model' (or --like, to repeat a run).")
    given = {"temperature": temperature, "max_tokens": max_tokens, "seed": seed, "api_base": api_base}
    spec = make_spec(
        model=model,
        suite=str(chosen_folder(suite, folder)),
        problem_ids=ids,
        stages=stage,
        tasks=task,
        modalities=modality,
        parameters={name: value for name, value in given.items() if value is not None},
        results=paths.results_dir(),
        **rest,
    )
    found = plan(spec, Store(paths.results_dir(), [chosen_folder(suite, folder)]) if only_plan else None)
    if only_plan:
        click.echo(json.dumps(describe(found), indent=2, default=str))
        return
    if found.missing:
        raise UserError(found.missing[0])
    _work(create(spec))


def _repeat(run_id: str, folder: Path, *, only_changed: bool) -> None:
    from deepbench_core.runs import create
    from deepbench_core.runs.repeat import agreement, spec_like
    from deepbench_core.store import Store

    context = click.get_current_context()
    alone = {"like", "changed", "suite", "folder", "executor", "workers", "concurrency", "unsafe"}
    given = {n for n in context.params if context.get_parameter_source(n) is click.core.ParameterSource.COMMANDLINE}
    if others := sorted(given - alone):
        raise UserError(f"--like repeats a run as it was: leave out --{others[0].replace('_', '-')}")
    machine = {n: context.params[n] for n in ("executor", "workers", "concurrency", "unsafe") if n in given}
    store = Store(paths.results_dir(), [folder])
    spec = spec_like(
        store, run_id, results=paths.results_dir(), only_changed=only_changed, suite=str(folder), **machine
    )
    result = _work(create(spec))
    if only_changed:
        return
    store.refresh()
    found = agreement(store, run_id, result.run_id)
    click.echo(
        f"agreement with {run_id}: of {found.samples} samples {found.verdicts} have the same verdict, "
        f"{found.codes} the same code, {found.responses} the same response"
    )
    for condition in found.conditions:
        click.echo(f"not the same: {condition}")
    show([vars(change) for change in found.changes], "table", empty="no verdict differs")


@click.command()
@click.argument("run_id", metavar="RUN")
def resume(run_id: str) -> None:
    """Go on with a run that was stopped, killed or lost; nothing that was answered is asked again."""
    _known(run_id)
    _work(run_id)


@click.command()
@format_option
def runs(form: str) -> None:
    """Runs of this machine, newest first, with their state."""
    from deepbench_core.runs import list_runs

    rows = [
        {
            "run": p.run_id,
            "state": p.state.value,
            "model": p.model,
            "done": p.done,
            "of": p.total,
            "passed": p.verdicts.get("passed", 0),
            "message": p.message or None,
        }
        for p in list_runs()
    ]
    show(rows, form, empty="no runs yet: deepbench run --model local/smollm2-135m-instruct")


@click.command()
@click.argument("responses", type=click.Path(path_type=Path))
@suite_option
@folder_option
@executor_option
@workers_option
@unsafe_option
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File for the verdicts.  [default: stdout]"
)
@click.option("--publish", is_flag=True, help="File them in the results folder too, marked as scored.")
@click.option("--model", help="Who made the responses, where the rows don't say.")
def score(
    responses: Path,
    suite: str,
    folder: Path | None,
    executor: str,
    workers: int | None,
    unsafe: bool,
    out: Path | None,
    publish: bool,
    model: str | None,
) -> None:
    """Judge responses that were made elsewhere.

    RESPONSES.jsonl (or .jsonl.gz) holds one row each: problem_id, response or code, and optionally sample and model.
    """
    from deepbench_core.problems import NEEDS_NETWORK, load_suite
    from deepbench_core.runs.score import check_responses, score_file

    problems = load_suite(chosen_folder(suite, folder))
    checked = check_responses(responses, problems)
    for note in checked.notes:
        click.echo(f"deepbench: {note}", err=True)
    counts: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    network = {p.id for p in problems if NEEDS_NETWORK in p.meta.tags}
    with progress_bar() as (bar, task):
        rows = score_file(
            responses,
            problems,
            out=out,
            executor=executor,
            workers=workers,
            unsafe=unsafe,
            publish_to=paths.results_dir() if publish else None,
            model=model,
            say=lambda message: bar.update(task, description=message),
            checked=checked,
        )
        bar.update(task, total=checked.rows)
        for row in rows:
            (apart if row["problem_id"] in network else counts)[row["verdict"]] += 1
            bar.update(task, advance=1, description=f"{counts['passed']} passed")
            if out is None:
                click.echo(json.dumps(row, ensure_ascii=False))
    click.echo(_summary(counts), err=True)
    if apart:
        click.echo(f"apart, because their problems need the network: {_summary(apart)}", err=True)


@click.command()
@click.argument("run_ids", nargs=-1, metavar="[RUN]...")
@click.option("--all", "every", is_flag=True, help="Every run of the results folder.")
@suite_option
@folder_option
@executor_option
@workers_option
@unsafe_option
@click.option("--environment", help="Judge against another environment's libraries; reported, not published.")
@click.option("--again", is_flag=True, help="Judge verdicts that are still good, too.")
@click.option("--dry-run", is_flag=True, help="Report differences without publishing a revision.")
@format_option
def rejudge(
    run_ids: tuple[str, ...],
    every: bool,
    suite: str,
    folder: Path | None,
    dry_run: bool,
    form: str,
    **rest: Any,
) -> None:
    """Judge stored code again, without asking a model; every difference is listed, old verdicts are kept."""
    from deepbench_core.runs.rejudge import rejudge as judge_again
    from deepbench_core.store import Store

    if every == bool(run_ids):
        raise UserError("name runs, or give --all")
    store = Store(paths.results_dir(), [chosen_folder(suite, folder)])
    wanted = [m.run_id for m in store.manifests() if m.source != "imported"] if every else list(run_ids)
    if not wanted:
        raise UserError(f"{paths.results_dir()}: holds no run")
    with progress_bar() as (bar, task):
        found = judge_again(
            store, wanted, publish=not dry_run, say=lambda message: bar.update(task, description=message), **rest
        )
    changes = [vars(change) for one in found for change in one.changes]
    show(changes, form, empty="no verdict changed")
    for one in found:
        where = f", published in {one.folder}" if one.folder else ""
        kept = f"{one.current} still good, {one.skipped} without code or problem"
        click.echo(f"{one.run_id}: {one.judged} judged, {kept}, {len(one.changes)} changed{where}", err=True)


def _work(run_id: str) -> Result:
    from deepbench_core.runs import Finished, execute

    counts: Counter[str] = Counter()
    with progress_bar() as (bar, task):

        def on_event(event: Event) -> None:
            if isinstance(event, Finished):
                counts[event.verdict.value] += 1
                passed = f"{counts['passed']} passed"
                bar.update(task, completed=event.done, total=event.total, description=passed)
            else:
                bar.update(task, description=event.message)

        result = execute(run_id, on_event)
    _conclude(result, counts)
    return result


def _conclude(result: Result, counts: Counter[str]) -> None:
    if counts:
        click.echo(_summary(counts))
    click.echo(f"{result.run_id}: {result.done} of {result.total} samples, {result.status}")
    if result.folder:
        click.echo(f"published in {result.folder}")
    if result.status != "complete":
        click.echo(f"go on with: deepbench resume {result.run_id}")
        raise SystemExit(130 if result.cancelled else 1)


def _known(run_id: str) -> None:
    from deepbench_core.runs.journal import run_folder

    try:
        run_folder(run_id)
    except RunError as error:
        raise UserError(f"{error}; `deepbench runs` lists those there are") from None


def _summary(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()) or "nothing to judge"
