"""A published run once more, as its manifest says it was, and how far the two agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from deepbench_core.entries import entries_of
from deepbench_core.errors import UserError
from deepbench_core.models import Parameters
from deepbench_core.prompts import still_asks
from deepbench_core.publication import Publication
from deepbench_core.records import Manifest
from deepbench_core.runs.rejudge import Change
from deepbench_core.runs.spec import RunSpec, make_spec
from deepbench_core.store import Store

# Of the manifest: what would explain that a repetition comes out another way.
_CONDITIONS = ("dataset_hash", "prompt_hash", "model_details", "executor", "versions")


@dataclass(frozen=True)
class Agreement:
    """How two runs of the same problems compare, over the samples that both hold.

    `responses`, `codes` and `verdicts` count samples that are the same to the letter. `changes` lists those with
    another verdict. `conditions` names what was not the same around them.
    """

    first: str
    second: str
    samples: int
    responses: int
    codes: int
    verdicts: int
    changes: tuple[Change, ...]
    conditions: tuple[str, ...]


def spec_like(store: Store, run_id: str, *, results: Path, only_changed: bool = False, **changes: Any) -> RunSpec:
    """What would repeat a published run: its model, parameters, technique, problems and samples.

    With `only_changed` it asks only the problems whose prompt is another now, and that no run of the same row of the
    board has asked since. `changes` are fields of RunSpec that concern this machine alone (workers, executor …).
    Raises StoreError for an unknown run, UserError for one that nobody can repeat, or where nothing has changed.
    """
    manifest = store.manifest(run_id)
    if manifest.source != "run":
        raise UserError(f"{run_id} was {manifest.source}, not run: no model can be asked again")
    known = {p.id for p in store.problems() if p.suite == manifest.suite}
    if missing := sorted(set(manifest.problem_ids) - known):
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        raise UserError(f"{run_id} asked {missing[0]}{more}, which {manifest.suite} does not hold; try --problems")
    ids = tuple(manifest.problem_ids)
    if only_changed:
        ids = _changed(store, manifest)
        if not ids:
            raise UserError(
                f"every prompt of {run_id} is as it was asked; deepbench rejudge brings it to today's tests"
            )
    parameters = {n: v for n, v in manifest.parameters.items() if n in Parameters.__dataclass_fields__}
    # A local model's answers may depend on how many it gives at once.
    machine = {"executor": manifest.executor.get("executor"), "concurrency": manifest.model_details.get("parallel")}
    machine |= {name: value for name, value in changes.items() if value is not None}
    return make_spec(
        model=manifest.model,
        technique=manifest.technique,
        problem_ids=ids,
        samples=manifest.samples_per_problem,
        parameters=parameters,
        results=results,
        note=f"repeats {run_id}" + (", where prompts have changed" if only_changed else ""),
        **machine,
    )


def _changed(store: Store, manifest: Manifest) -> tuple[str, ...]:
    """The problems of a run that neither it nor another run of its row has asked in today's words."""
    [row] = [e for e in entries_of(store, manifest.suite) if manifest.run_id in e.run_ids]
    problems = {p.id: p for p in store.problems() if p.suite == manifest.suite and p.id in manifest.problem_ids}
    left = set(problems)
    for run_id in row.run_ids:
        asked = pq.read_table(store.publication(run_id).texts, columns=["problem_id", "prompt"]).to_pylist()
        left -= {
            t["problem_id"]
            for t in asked
            if t["problem_id"] in left and still_asks(t["prompt"], problems[t["problem_id"]])
        }
    return tuple(sorted(left))


def agreement(store: Store, first: str, second: str) -> Agreement:
    """Compare two published runs sample by sample. Raises StoreError for an unknown one."""
    publications = store.publication(first), store.publication(second)
    before, after = (dict(_samples(publication)) for publication in publications)
    both = sorted(before.keys() & after.keys())
    pairs = [(key, before[key], after[key]) for key in both]
    return Agreement(
        first,
        second,
        samples=len(both),
        responses=sum(a["response"] == b["response"] for _, a, b in pairs),
        codes=sum(a["code"] == b["code"] for _, a, b in pairs),
        verdicts=sum(a["verdict"] == b["verdict"] for _, a, b in pairs),
        changes=tuple(
            Change(second, *key, a["verdict"], b["verdict"], b["message"] or "")
            for key, a, b in pairs
            if a["verdict"] != b["verdict"]
        ),
        conditions=tuple(_conditions(*(publication.manifest for publication in publications))),
    )


def _samples(publication: Publication) -> Iterator[tuple[tuple[str, int], Mapping[str, Any]]]:
    samples = pq.read_table(publication.samples, columns=["problem_id", "sample", "verdict", "message"]).to_pylist()
    texts = pq.read_table(publication.texts, columns=["response", "code"]).to_pylist()
    for sample, text in zip(samples, texts, strict=True):
        yield (sample["problem_id"], sample["sample"]), sample | text


def _conditions(first: Manifest, second: Manifest) -> Iterator[str]:
    """What differs, down to the leaves: `versions.litellm: 1.106.0 → 1.107.0`."""
    for name in _CONDITIONS:
        yield from _differences(name, getattr(first, name), getattr(second, name))


def _differences(name: str, first: Any, second: Any) -> Iterator[str]:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in sorted(first.keys() | second.keys()):
            yield from _differences(f"{name}.{key}", first.get(key), second.get(key))
    elif first != second:
        yield f"{name}: {_short(first)} → {_short(second)}"


def _short(value: Any) -> str:
    text = "nothing" if value is None or value == "" else str(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
