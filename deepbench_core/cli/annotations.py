"""`deepbench annotations`: what raters said, out to a table and in from one."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from deepbench_core import paths
from deepbench_core.cli.output import format_option, show
from deepbench_core.errors import UserError

KINDS = ["person", "model", "elsewhere"]


@click.group("annotations")
def annotations_() -> None:
    """What people and models said of failures and problems: export, import, agreement."""


@annotations_.command("export")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="CSV file to write.  [default: stdout]")
def export(out: Path | None) -> None:
    """Every row as CSV, oldest first; `counts` is false for what was retracted or answered anew."""
    from deepbench_core.annotations import export_order

    rows = _store().rows(export_order())
    for row in rows:
        row["categories"] = ", ".join(row["categories"] or ())
        row["time"] = f"{row['time'].isoformat()}Z"
    if not rows:
        raise UserError("no annotations yet: the Review page makes some, and so does `deepbench annotations import`")
    if out is None:
        show(rows, "csv")
        return
    try:
        with out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise UserError(f"{out}: {error.strerror or error}") from None
    click.echo(f"{len(rows)} rows in {out}", err=True)


@annotations_.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--rater", help="Whose ratings they are, where the rows do not say.")
@click.option("--kind", "rater_kind", type=click.Choice(KINDS), help="What the rater is, likewise.")
@click.option("--suite", help="Which suite the problems are of, likewise.")
def import_(file: Path, rater: str | None, rater_kind: str | None, suite: str | None) -> None:
    """Add the ratings of FILE, JSON lines or CSV, to the results.

    A row needs rater, rater_kind, kind (sample or problem), suite, problem_id; a sample run_id, sample and category, a
    problem its four answers. `content`, the hash of what was rated, is looked up where a row leaves it out. What
    was read before is left out, so the same file may be read twice.
    """
    from deepbench_core.annotations import parse, write

    given = {"rater": rater, "rater_kind": rater_kind, "suite": suite}
    store = _store()
    try:
        rows = [{**{k: v for k, v in given.items() if v}, **row} for row in _rows(file)]
        found = parse((_filled(store, row) for row in rows), source=file.name)
    except ValueError as error:
        raise UserError(f"{file}: {error}") from None
    known = {(row["id"], row["rater"]) for row in store.rows("select id, rater from annotations")}
    new = [a for a in found if (a.id, a.rater) not in known]
    if new:
        write(paths.results_dir(), new)
    click.echo(f"{len(new)} of {len(found)} ratings added")


@annotations_.command("agreement")
@click.option("--problems", is_flag=True, help="Of the reviews of problems instead of the causes of failures.")
@click.option("--kind", type=click.Choice(KINDS), default="person", show_default=True, help="Whose.")
@click.option("--question", help="facet instead of the category; of problems, one of the four questions.")
@click.option("--all", "every", is_flag=True, help="Answers that were not blind, too.")
@format_option
def agreement(problems: bool, kind: str, question: str | None, every: bool, form: str) -> None:
    """How far raters agree, beyond chance and with intervals, and the machine with what they agreed on."""
    from deepbench_core import review

    store, what = _store(), question or ("prompt_complete" if problems else "category")
    rated: Any = "problem" if problems else "sample"
    of: Any = kind
    found = review.agree(store, rated, of, question=what, only_blind=not every)
    figures = [("Krippendorff's alpha", found.alpha), ("same answer", found.observed)]
    figures += [(f"Cohen's kappa, {a} and {b}", kappa) for a, b, kappa in found.pairs]
    if not problems and what in ("category", "facet"):
        machine = review.machine(store, of, question=what)
        figures += [("Cohen's kappa, machine", machine.kappa), ("machine says the same", machine.right)]
    figures += [(f"on {o.label}", o.agreement) for o in found.by_label]
    show([{"figure": n, "value": e.value, "low": e.low, "high": e.high, "n": e.n} for n, e in figures if e.n], form)
    if form == "table":
        click.echo(f"\n{found.sentence}")


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    if file.suffix.lower() == ".csv":
        yield from csv.DictReader(text.splitlines(keepends=True))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            row = json.loads(line) if line.lstrip().startswith("{") else None
            if not isinstance(row, dict):
                raise ValueError(f"line {number}: not a JSON object")
            yield row


def _filled(store: Any, row: dict[str, Any]) -> dict[str, Any]:
    """A row with the hash of what it speaks of."""
    if row.get("content"):
        return row
    if row.get("kind") == "problem":
        sql = "select content from problems where suite = ? and id = ?"
        found = store.rows(sql, [row.get("suite"), row.get("problem_id")])
    else:
        sql = (
            "select coalesce(code_hash, '') as content from samples where run_id = ? and problem_id = ? and sample = ?"
        )
        sample = str(row.get("sample", "")).strip()
        place = [row.get("run_id"), row.get("problem_id"), int(sample) if sample.isdecimal() else -1]
        found = store.rows(sql, place)
    return row | {"content": found[0]["content"] if found else ""}


def _store() -> Any:
    from deepbench_core.store import Store

    shipped = paths.problems_dir()
    suites = [p for p in sorted(shipped.iterdir()) if p.is_dir()] if shipped.is_dir() else []
    return Store(paths.readable_results(), suites)
