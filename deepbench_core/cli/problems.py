"""`deepbench problems`: list, show, check and start problems."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from deepbench_core.cli.output import format_option, progress_bar, show
from deepbench_core.errors import ProblemError, UserError
from deepbench_core.problems import (
    IMPORTED,
    METADATA,
    PROMPT,
    REFERENCE,
    SLUG,
    TESTS,
    Problem,
    check_suite,
    find_suite,
    load_suite,
)
from deepbench_core.taxonomy import Modality, Stage, Task

suite_option = click.option(
    "--suite", default="deepbench", show_default=True, help="A suite that ships with DeepBench, or was imported."
)
folder_option = click.option(
    "--problems", "folder", type=click.Path(path_type=Path), help="Any other folder of problems, instead of a suite."
)


def label_options(command: Any) -> Any:
    """`--stage`, `--task` and `--modality`, each repeatable."""
    for axis, labels in (("modality", Modality), ("task", Task), ("stage", Stage)):
        choice = click.Choice([label.value for label in labels])
        command = click.option(f"--{axis}", type=choice, multiple=True, help=f"Only this {axis}; repeatable.")(command)
    return command


def chosen_folder(suite: str, folder: Path | None) -> Path:
    """The folder that `--problems` or `--suite` means."""
    return folder if folder is not None else find_suite(suite)


def chosen(problems: list[Problem], ids: tuple[str, ...], **labels: tuple[str, ...]) -> list[Problem]:
    """The problems with these ids and labels; nothing given means all. Raises UserError for an unknown id."""
    if unknown := set(ids) - {p.id for p in problems}:
        raise UserError(f"no problem {', '.join(sorted(unknown))}; `deepbench problems list` shows those there are")
    return [
        p
        for p in problems
        if (not ids or p.id in ids) and all(not wanted or getattr(p.meta, a) in wanted for a, wanted in labels.items())
    ]


@click.group()
def problems() -> None:
    """The problems: list, show, validate, coverage, new."""


@problems.command("list")
@suite_option
@folder_option
@label_options
@format_option
def problems_list(suite: str, folder: Path | None, form: str, **labels: tuple[str, ...]) -> None:
    """Every problem with its labels; broken ones are named on stderr."""
    found: list[Problem] = []
    where = chosen_folder(suite, folder)
    if not where.is_dir():
        raise UserError(f"{where}: no such folder of problems")
    for _, problem in check_suite(where):
        if isinstance(problem, ProblemError):
            click.echo(f"deepbench: {problem}", err=True)
        else:
            found.append(problem)
    by_library = any(p.meta.library for p in found)
    rows = [
        {
            "id": p.id,
            "stage": p.meta.stage and p.meta.stage.value,
            "task": p.meta.task and p.meta.task.value,
            "modality": p.meta.modality and p.meta.modality.value,
            **({"library": p.meta.library} if by_library else {}),
            "difficulty": p.meta.difficulty and p.meta.difficulty.value,
            "environment": p.meta.environment,
            "title": p.meta.title,
        }
        for p in chosen(found, (), **labels)
    ]
    show(rows, form, empty="no problem has these labels")


@problems.command("show")
@click.argument("problem_id")
@click.option(
    "--part",
    type=click.Choice(["all", "prompt", "reference", "tests"]),
    default="all",
    show_default=True,
    help="Which text.",
)
@suite_option
@folder_option
@format_option
def problems_show(problem_id: str, part: str, suite: str, folder: Path | None, form: str) -> None:
    """One problem: its metadata, prompt, reference and tests."""
    [problem] = chosen(load_suite(chosen_folder(suite, folder)), (problem_id,))
    texts = {"prompt": problem.prompt, "reference": problem.reference, "tests": problem.tests}
    if form == "json":
        import json

        metadata = problem.meta.model_dump(mode="json", exclude_none=True)
        click.echo(json.dumps({**metadata, "hash": problem.hash, **texts}, indent=2, ensure_ascii=False))
        return
    if part != "all":
        click.echo(texts[part], nl=False)
        return
    meta = problem.meta
    labels = " / ".join(label.label for label in (meta.stage, meta.task, meta.modality) if label)
    known = (labels, meta.library, meta.perturbation, meta.difficulty, meta.environment, *meta.tags)
    click.echo(f"{meta.title} ({problem.id})\n{' · '.join(str(word) for word in known if word)}")
    for name, text in texts.items():
        click.echo(f"\n--- {name} ---\n{text.rstrip()}")


@problems.command("validate")
@click.argument("ids", nargs=-1)
@suite_option
@folder_option
@click.option("--changed", is_flag=True, help="Only what has no proof in the suite's proofs.json yet.")
@click.option("--write", is_flag=True, help="Keep the proofs in the suite's proofs.json, and write coverage.md.")
@click.option("--executor", type=click.Choice(["auto", "docker", "local"]), default="auto", show_default=True)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Sandboxes side by side.")
@click.option("--unsafe", is_flag=True, help="Run without a sandbox where the machine has none.")
@format_option
def problems_validate(
    ids: tuple[str, ...],
    suite: str,
    folder: Path | None,
    changed: bool,
    write: bool,
    executor: str,
    jobs: int,
    unsafe: bool,
    form: str,
) -> None:
    """Prove that problems are sound: all, or those named. Status 1 when one is not.

    The reference passes three times, stubs fail, the tests kill its mutants and reach all of it.
    """
    from deepbench_core.validation.suite import validate

    where = chosen_folder(suite, folder)
    if (where / IMPORTED).is_file():
        raise UserError(
            f"{where.name} was imported, and its tests are its authors'; "
            f"deepbench run --model reference --suite {where.name} runs its references"
        )
    with progress_bar() as (bar, task):

        def done(count: int, of: int, problem: str) -> None:
            bar.update(task, completed=count, total=of, description=problem)

        outcome = validate(
            where,
            ids,
            changed=changed,
            write=write,
            executor=executor,
            workers=jobs,
            unsafe=unsafe,
            on_done=done,
        )
    if form == "json":
        show([r.as_json() for r in outcome], form)
    else:
        show([r.as_row() for r in outcome], form, empty="nothing to validate")
        for report in outcome:
            for finding in report.findings:
                click.echo(f"\n{report.problem}: {finding.check}: {finding.message}", err=True)
                for line in finding.evidence:
                    click.echo(f"    {line}", err=True)
            if report.valid and report.proof and report.proof.survivors:
                click.echo(f"\n{report.problem}: valid, but these mutants survive:", err=True)
                for line in report.proof.survivors:
                    click.echo(f"    {line}", err=True)
    bad = sum(not report.valid for report in outcome)
    click.echo(f"{len(outcome) - bad} of {len(outcome)} valid", err=True)
    if bad:
        raise SystemExit(1)


@problems.command("coverage")
@click.option("--write", is_flag=True, help="Write the suite's coverage.md.")
@suite_option
@folder_option
@format_option
def problems_coverage(write: bool, suite: str, folder: Path | None, form: str) -> None:
    """How many problems there are of each kind, and how many there should be."""
    from deepbench_core.validation.coverage import goals, write_coverage

    where = chosen_folder(suite, folder)
    found = load_suite(where)
    if write:
        click.echo(f"wrote {write_coverage(where, found)}", err=True)
    rows = [
        {"what": g.name, "there are": g.count, "wanted": g.wanted, "to go": max(0, g.wanted - g.count)}
        for g in goals(found, where)
    ]
    show(rows, form)


@problems.command("new")
@click.argument("problem_id")
@click.option("--into", type=click.Path(path_type=Path), default=Path("problems/deepbench"), show_default=True)
@click.option("--author", default="", help="Who wrote it.  [default: $USER]")
def problems_new(problem_id: str, into: Path, author: str) -> None:
    """Make the folder of a new problem, ready to be filled in (docs/writing-problems.md says how)."""
    import getpass

    if not SLUG.fullmatch(problem_id):
        raise UserError(f"{problem_id!r}: an id is lower-case words joined by hyphens, like focal-loss")
    folder = into / problem_id
    if folder.exists():
        raise UserError(f"{folder} is there already")
    name = problem_id.replace("-", "_")
    texts = {
        METADATA: _NEW_METADATA.format(
            id=problem_id, name=name, author=author or getpass.getuser(), today=date.today()
        ),
        PROMPT: _NEW_PROMPT.format(name=name),
        REFERENCE: _NEW_REFERENCE.format(name=name),
        TESTS: _NEW_TESTS.format(name=name),
    }
    try:
        folder.mkdir(parents=True)
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{error.filename}: {error.strerror}") from None
    click.echo(f"{folder}: fill in {', '.join(texts)}, then deepbench problems validate {problem_id} --problems {into}")


_NEW_METADATA = """\
id = "{id}"
title = "One line that says what is to be written"
stage = "training"              # preprocessing model-construction training inference evaluation
task = "general"                # classification regression object-detection segmentation
                                # time-series recommendation general
modality = "other"              # image text tabular other
entry_points = ["{name}"]
environment = "torch-cpu"
difficulty = "medium"           # easy medium hard
author = "{author}"
licence = "Apache-2.0"
created = {today}
tags = []
"""

_NEW_PROMPT = '''\
import torch


def {name}(x: torch.Tensor) -> torch.Tensor:
    """Say everything that the tests check: shapes, dtypes, ranges, ties, empty input.

    Args:
        x: float tensor of shape (N,). It is not changed.

    Returns:
        Float tensor of shape (N,): ...

    Raises:
        ValueError: if ``x`` is empty.
    """
'''

_NEW_REFERENCE = """\
import torch


def {name}(x: torch.Tensor) -> torch.Tensor:
    raise NotImplementedError("write the reference")
"""

_NEW_TESTS = """\
import pytest
import torch
from solution import {name}


def by_hand(values):
    # Another way than the reference's: plain loops over Python numbers, a closed form, float64.
    raise NotImplementedError("write an independent computation")


@pytest.mark.parametrize("n", [1, 2, 7])
def test_matches_plain_loops(n):
    x = torch.randn(n, generator=torch.Generator().manual_seed(n))
    before = x.clone()
    got = {name}(x)
    assert got.dtype == torch.float32
    assert got.tolist() == pytest.approx(by_hand(before.tolist()), rel=1e-5, abs=1e-6)
    assert torch.equal(x, before)


def test_a_case_worked_out_by_hand():
    assert {name}(torch.tensor([1.0, 2.0, 4.0])).tolist() == pytest.approx(["what", "comes", "out"])


def test_nothing_is_refused():
    with pytest.raises(ValueError):
        {name}(torch.zeros(0))
"""
