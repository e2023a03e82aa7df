"""Judging stored code again, without asking a model: a changed problem, a better judge, somebody else's results.

A verdict is named by the hashes of problem, code, environment and judge. What all four still name is left alone; the
rest is judged anew and published as the run's next revision. The old revision stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from deepbench_core import prompts
from deepbench_core.errors import UserError
from deepbench_core.executors.types import Judgement
from deepbench_core.extract import extract_answer
from deepbench_core.problems import Problem
from deepbench_core.publication import Publication, write_publication
from deepbench_core.records import SAMPLES
from deepbench_core.runs import diagnosing, judging
from deepbench_core.runs.judging import Judge, Say
from deepbench_core.runs.publish import CUT, Row, labels_of, scrubbed, versions
from deepbench_core.store import Store
from deepbench_core.taxonomy import Verdict


@dataclass(frozen=True)
class Change:
    """A sample whose verdict is another one now."""

    run_id: str
    problem_id: str
    sample: int
    before: str
    after: str
    message: str


@dataclass(frozen=True)
class Rejudged:
    """What became of one run. `folder` is the new revision, None when nothing was judged or nothing is kept."""

    run_id: str
    samples: int
    judged: int
    current: int  # whose verdict was still good
    skipped: int  # of problems that are not at hand or were asked in other words, or without code
    changes: tuple[Change, ...]
    folder: Path | None


def rejudge(
    store: Store,
    run_ids: Sequence[str],
    *,
    executor: str = "auto",
    workers: int | None = None,
    unsafe: bool = False,
    environment: str | None = None,
    again: bool = False,
    publish: bool = True,
    say: Say | None = None,
) -> list[Rejudged]:
    """Judge what these runs hold, and report every difference.

    `environment` judges against other library versions and never publishes; `again` judges what is current too.
    Raises UserError for an unknown run and for runs none of whose problems is at hand.
    """
    publications = [store.publication(run_id) for run_id in run_ids]
    known = {(p.suite, p.id): p for p in store.problems()}
    wanted = {
        (pub.manifest.suite, problem_id) for pub in publications for problem_id in pub.manifest.problem_ids
    } & known.keys()
    if not wanted:
        raise UserError("none of the problems of these runs is at hand; give their folder with --problems")
    problems = {key: _in(known[key], environment) for key in sorted(wanted)}
    found = []
    with judging.open_judge(
        list(problems.values()), executor, workers=workers, unsafe=unsafe, tolerant=True, say=say
    ) as judge:
        for publication in publications:
            found.append(
                _rejudge_one(
                    publication, problems, judge, again=again, publish=publish and environment is None, say=say
                )
            )
    return found


def _rejudge_one(
    publication: Publication,
    problems: Mapping[tuple[str, str], Problem],
    judge: Judge,
    *,
    again: bool,
    publish: bool,
    say: Say | None,
) -> Rejudged:
    manifest = publication.manifest
    samples = pq.read_table(publication.samples).to_pylist()
    texts = pq.read_table(publication.texts).to_pylist()
    waiting: dict[int, tuple[str, Future[Judgement]]] = {}
    current = skipped = 0
    moved = False
    for number, (sample, text) in enumerate(zip(samples, texts, strict=True)):
        problem = problems.get((manifest.suite, sample["problem_id"]))
        if problem is not None and not prompts.still_asks(text["prompt"], problem):
            problem = None  # an answer to another question stays stale
        code = text["code"] or _extracted(problem, text["response"])
        if problem is not None and code is None and sample["verdict"] == Verdict.NO_CODE:
            # Whatever the tests are now, an answer without code does not pass them.
            moved |= sample["problem_hash"] != problem.hash
            samples[number] = {**sample, "problem_hash": problem.hash}
            current += 1
        elif problem is None or code is None or sample["verdict"] == Verdict.PROVIDER:
            skipped += 1
        elif not again and _is_current(sample, problem, code, judge):
            current += 1
        else:
            waiting[number] = code, judge.submit(problem, code)
    changes = []
    for done, (number, (code, future)) in enumerate(waiting.items(), start=1):
        sample, text = samples[number], texts[number]
        before = sample["verdict"]
        samples[number], texts[number] = _renewed(
            sample, text, problems[manifest.suite, sample["problem_id"]], code, future.result(), judge
        )
        after, message = samples[number]["verdict"], samples[number]["message"] or ""
        if after != before:
            changes.append(Change(manifest.run_id, sample["problem_id"], sample["sample"], before, after, message))
        if say:
            say(f"{manifest.run_id}: {done} of {len(waiting)}")
    folder = None
    if (waiting or moved) and publish:
        used = [problems[manifest.suite, i] for i in manifest.problem_ids if (manifest.suite, i) in problems]
        renewed = manifest.model_copy(
            update={
                "revision": manifest.revision + 1,
                "labels": {**manifest.labels, **labels_of(used)},
                "executor": scrubbed(judge.describe()),
                "versions": versions(),
                "note": "; ".join(dict.fromkeys([*filter(None, manifest.note.split("; ")), "judged again"])),
            }
        )
        folder = write_publication(publication.folder.parent, renewed, zip(samples, texts, strict=True))
        diagnosing.quietly(folder, used)
    return Rejudged(manifest.run_id, len(samples), len(waiting), current, skipped, tuple(changes), folder)


def _in(problem: Problem, environment: str | None) -> Problem:
    if environment is None:
        return problem
    return replace(problem, meta=problem.meta.model_copy(update={"environment": environment}))


def _extracted(problem: Problem | None, response: str | None) -> str | None:
    """What a better extraction may find in a response that had no code."""
    if problem is None or not response:
        return None
    return extract_answer(response, problem).code


def _is_current(sample: Mapping[str, Any], problem: Problem, code: str, judge: Judge) -> bool:
    labels = judge.labels(problem)
    return sample["verdict"] != Verdict.HARNESS and (
        sample["problem_hash"],
        sample["code_hash"],
        sample["environment_digest"],
        sample["judge"],
    ) == (problem.hash, judging.code_hash(code), labels["environment_digest"], labels["judge"])


def _renewed(
    sample: Mapping[str, Any],
    text: Mapping[str, Any],
    problem: Problem,
    code: str,
    judgement: Judgement,
    judge: Judge,
) -> Row:
    judged = judging.judged_sample(problem, sample["sample"], code, judgement, judge.labels(problem))
    columns = {name: value for name, value in judged.columns.items() if name in SAMPLES.names}
    columns["flags"] = [*columns.get("flags", []), *(f for f in sample["flags"] or () if f == CUT)]
    narrow = {
        **sample,
        **columns,
        "verdict": judged.verdict,
        "seconds": judged.seconds,
        "message": judged.message,
        "code_hash": judged.code_hash,
        "problem_hash": problem.hash,
        "finished_at": datetime.now(UTC),
    }
    kept = {"code": judged.code, "tests": judged.tests, "output": judged.output, "evidence": judged.evidence}
    return narrow, {**text, **kept}
