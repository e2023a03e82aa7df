"""`deepbench env` and `deepbench doctor`: what this machine has, and what it can be given."""

from __future__ import annotations

import click

from deepbench_core.cli.output import format_option, show


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
@format_option
def doctor(form: str) -> None:
    """What is there, what is missing, and how to get it. Exit status 1 if something needed is missing."""
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
