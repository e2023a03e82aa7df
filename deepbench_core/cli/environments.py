"""`deepbench env` and `deepbench doctor`: what this machine has, and what it can be given."""

from __future__ import annotations

import json

import click

from deepbench_core.cli.output import format_option, progress_bar, show


@click.group()
def env() -> None:
    """What generated code may import: list and build environments."""


@env.command("list")
@format_option
def env_list(form: str) -> None:
    """The environments that are defined, and what is built of them."""
    from deepbench_core.environments import environment_names, find_built, load_environment

    rows = []
    for name in environment_names():
        environment, venv = load_environment(name), find_built(name)
        built = "yes" if venv else "no"
        row = {"name": name, "built for local": built, "digest": environment.digest, "about": environment.description}
        rows.append(row)
    show(rows, form, empty="no environment is defined")


@env.command("build")
@click.argument("name")
@click.option(
    "--for",
    "executor",
    type=click.Choice(["local", "docker"]),
    default="local",
    show_default=True,
    help="A virtual environment for the local executor, or an image for docker.",
)
@click.option("--base-image", help="Image to build on.  [default: $DEEPBENCH_BASE_IMAGE, else the Dockerfile's]")
def env_build(name: str, executor: str, base_image: str | None) -> None:
    """Build environment NAME; does nothing when it is there already."""
    from deepbench_core.environments import Kind, build

    kind: Kind = "image" if executor == "docker" else "venv"
    built = build(name, kind=kind, base_image=base_image, progress=lambda line: click.echo(f"  {line}"))
    click.echo(f"{name}: {built.reference}")


@click.command()
@click.option("--attack", "attacked", is_flag=True, help="Run the attack suite against this machine's sandbox.")
@click.option(
    "--executor",
    type=click.Choice(["auto", "docker", "local"]),
    default="auto",
    show_default=True,
    help="Which sandbox to attack.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this kind of attack, or this program; repeatable.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Sandboxes side by side.")
@click.option("--unsafe", is_flag=True, help="Attack plain processes; what would do harm is skipped.")
@format_option
def doctor(attacked: bool, executor: str, only: tuple[str, ...], workers: int, unsafe: bool, form: str) -> None:
    """What is there, what is missing, and how to get it; with --attack, whether the sandbox holds.

    Exit status 1 if something needed is missing, or if an attack succeeds.
    """
    if attacked:
        _attack(executor, only, workers, unsafe, form)
        return
    from deepbench_core.doctor import run_checks

    found = run_checks()
    if form == "table":
        marks = {"ok": "✓", "missing": "✗", "optional": "–"}
        for check in found:
            click.echo(f"{marks.get(check.state, '?')} {check.name}: {check.detail}")
            if check.state != "ok" and check.fix:
                click.echo(f"    {check.fix}")
    else:
        show([vars(c) for c in found], form)
    if any(c.state == "missing" for c in found):
        raise SystemExit(1)


def _attack(executor: str, only: tuple[str, ...], workers: int, unsafe: bool, form: str) -> None:
    from deepbench_core import engine
    from deepbench_core.executors.attacks import attack, select

    name = ("docker" if engine.available() else "local") if executor == "auto" else executor
    with progress_bar() as (bar, task):
        bar.update(task, total=len(select(only)), description="warming up")
        report = attack(
            name,
            lanes=workers,
            only=only,
            unsafe=unsafe,
            on_result=lambda result: bar.update(task, advance=1, description=result.slug),
        )
    if form == "json":
        click.echo(json.dumps(report.as_dict(), indent=2, default=str, ensure_ascii=False))
    else:
        show(report.rows(), form)
    click.echo(report.summary(), err=form != "table")
    if not report.ok:
        raise SystemExit(1)
