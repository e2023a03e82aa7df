"""Diagnosing what failed: the samples of a published run, and anybody's file of failures."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from deepbench_core import prompts
from deepbench_core.categories import TAXONOMY_VERSION
from deepbench_core.diagnosis import VERSION, Diagnosis, experiments, judge, names, rules
from deepbench_core.diagnosis.failure import Failure, FailureRow
from deepbench_core.diagnosis.symptoms import from_judge
from deepbench_core.errors import DeepBenchError, StoreError
from deepbench_core.problems import Problem
from deepbench_core.publication import Publication, read_publication, write_diagnoses
from deepbench_core.taxonomy import Verdict

if TYPE_CHECKING:
    from deepbench_core.models import Model
    from deepbench_core.runs.judging import Judge
    from deepbench_core.store import Store

Say = Callable[[str], None]

DEFAULT_ENVIRONMENT = "torch-cpu"  # of failures that belong to no problem at hand


@dataclass(frozen=True)
class Diagnosed:
    """What became of one run."""

    run_id: str
    failed: int
    made: int  # now; the rest was still good
    counts: Counter[str]  # by category slug, "not determined" among them
    cost: float | None


@dataclass
class Diagnoser:
    """Rules always; experiments and a model where they were asked for."""

    judge: Judge | None = None
    model: Model | None = None
    cost: float | None = 0.0
    _known: dict[tuple[str, str, str], tuple[Diagnosis, str | None, float | None]] = field(default_factory=dict)

    def diagnose(self, failure: Failure, problem: Problem | None) -> tuple[Diagnosis, str | None, float | None]:
        """The diagnosis, the judge's name where one was asked, and what that cost."""
        key = (problem.hash if problem else failure.prompt, failure.code or failure.response, failure.symptoms.text)
        if key not in self._known:
            self._known[key] = self._diagnose(failure, problem)
        return self._known[key]

    def _diagnose(self, failure: Failure, problem: Problem | None) -> tuple[Diagnosis, str | None, float | None]:
        environment = failure.environment or (problem.meta.environment if problem else DEFAULT_ENVIRONMENT)
        case = rules.Case(failure, names.index(environment))
        if self.judge is not None and problem is not None and failure.code:
            submit = self.judge.submit
            found = experiments.diagnose(case, lambda code: submit(problem, code))
        else:
            found = rules.diagnose_case(case)
        if self.model is None or not judge.needed(found):
            return found, None, None
        judged = judge.ask(self.model, failure, found)
        self.cost = self.cost + judged.cost if self.cost is not None and judged.cost is not None else None
        return judge.combined(found, judged), judged.model, judged.cost


def diagnose_rows(
    rows: Iterable[FailureRow], problems: Sequence[Problem], diagnoser: Diagnoser, *, environment: str = ""
) -> Iterator[dict[str, Any]]:
    """Rows of a file of failures, each with its diagnosis. A row's problem is found by its prompt or reference."""
    by_text = {text.strip(): p for p in problems for text in (p.reference, p.prompt)}
    for row in rows:
        problem = by_text.get((row.reference or "").strip()) or by_text.get(row.prompt.strip())
        failure = row.failure()
        if problem is not None:
            failure = Failure(
                failure.id,
                failure.code,
                failure.symptoms,
                row.prompt or problem.prompt,
                row.reference or problem.reference,
                environment=environment or problem.meta.environment,
            )
        elif environment:
            failure = Failure(
                failure.id, failure.code, failure.symptoms, row.prompt, row.reference, environment=environment
            )
        diagnosis, _, _ = diagnoser.diagnose(failure, problem)
        yield {"id": row.id, **diagnosis.as_row()}


def matching(rows: Iterable[FailureRow], problems: Sequence[Problem]) -> list[Problem]:
    """The problems that these rows belong to."""
    texts = {t.strip() for row in rows for t in (row.reference or "", row.prompt)}
    return [p for p in problems if p.reference.strip() in texts or p.prompt.strip() in texts]


def diagnose_published(folder: Path, problems: Iterable[Problem]) -> Diagnosed:
    """Rules over every failed sample of a fresh publication. Raises StoreError."""
    return _diagnose(read_publication(folder), {p.id: p for p in problems}, Diagnoser(), again=True, kept={})


def diagnose_runs(
    store: Store,
    run_ids: Sequence[str],
    *,
    counterfactuals: bool = True,
    judge_model: str | None = None,
    api_base: str | None = None,
    again: bool = False,
    executor: str = "auto",
    workers: int | None = None,
    unsafe: bool = False,
    say: Say | None = None,
) -> list[Diagnosed]:
    """Diagnose what failed in these runs and keep it beside them.

    What an equal or better diagnosis of today's version says already is kept, unless `again`.
    """
    publications = [store.publication(run_id) for run_id in run_ids]
    known = {(p.suite, p.id): p for p in store.problems()}
    wanted = {(p.manifest.suite, i) for p in publications for i in p.manifest.problem_ids} & known.keys()
    problems = [known[key] for key in sorted(wanted)]
    found = []
    with opened(
        problems if counterfactuals else [],
        judge_model,
        api_base,
        executor=executor,
        workers=workers,
        unsafe=unsafe,
        say=say,
    ) as diagnoser:
        for publication in publications:
            suite = publication.manifest.suite
            mine = {i: p for (s, i), p in known.items() if s == suite}
            kept = _kept(publication)
            found.append(_diagnose(publication, mine, diagnoser, again=again, kept=kept, say=say))
    return found


class opened:
    """A diagnoser with an open judge for these problems (none: rules alone) and an open model."""

    def __init__(
        self,
        problems: Sequence[Problem],
        judge_model: str | None = None,
        api_base: str | None = None,
        *,
        executor: str = "auto",
        workers: int | None = None,
        unsafe: bool = False,
        say: Say | None = None,
    ) -> None:
        self._problems, self._model, self._api_base = problems, judge_model, api_base
        self._judge = {"executor": executor, "workers": workers, "unsafe": unsafe, "say": say}
        self._stack = ExitStack()

    def __enter__(self) -> Diagnoser:
        """Open both. Raises what opening them raises."""
        from deepbench_core.models import Parameters, open_model
        from deepbench_core.runs.judging import open_judge

        with self._stack as stack:
            model = None
            if self._model is not None:
                judge.check(self._model)
                model = stack.enter_context(open_model(self._model, Parameters(api_base=self._api_base)))
            opened_judge = None
            if self._problems:
                opened_judge = stack.enter_context(
                    open_judge(list(self._problems), tolerant=True, **self._judge)  # type: ignore[arg-type]
                )
            self._stack = stack.pop_all()
        return Diagnoser(opened_judge, model)

    def __exit__(self, *exception: object) -> None:
        """Close both."""
        self._stack.close()


def _diagnose(
    publication: Publication,
    problems: Mapping[str, Problem],
    diagnoser: Diagnoser,
    *,
    again: bool,
    kept: Mapping[tuple[str, str], Mapping[str, Any]],
    say: Say | None = None,
) -> Diagnosed:
    samples = pq.read_table(publication.samples).to_pylist()
    texts = pq.read_table(publication.texts).to_pylist()
    failed = [(s, t) for s, t in zip(samples, texts, strict=True) if s["verdict"] != Verdict.PASSED]
    rows, made, counts = [], 0, Counter[str]()
    for number, (sample, text) in enumerate(failed, start=1):
        old = kept.get((str(sample["problem_id"]), str(sample["sample"])))
        if old is not None and not again and _still_good(old, sample, diagnoser):
            rows.append(dict(old))
        else:
            made += 1
            rows.append(_row(sample, text, problems.get(sample["problem_id"]), diagnoser))
        counts[rows[-1]["category"] or "not determined"] += 1
        if say:
            say(f"{publication.manifest.run_id}: diagnosing {number} of {len(failed)}")
    if made or not publication.diagnoses:
        write_diagnoses(publication.folder, rows)
    return Diagnosed(publication.manifest.run_id, len(failed), made, counts, diagnoser.cost)


def _row(
    sample: Mapping[str, Any], text: Mapping[str, Any], problem: Problem | None, diagnoser: Diagnoser
) -> dict[str, Any]:
    started = time.perf_counter()
    changed = problem is not None and problem.hash != sample["problem_hash"]
    problem_for_runs = None if changed else problem  # today's tests would answer another question
    diagnosis, model, cost = diagnoser.diagnose(failure_of(sample, text, problem), problem_for_runs)
    row = diagnosis.as_row()
    names_ = ("run_id", "problem_id", "sample", "problem_hash", "code_hash")
    return {
        **{name: sample[name] for name in names_},
        **row,
        "evidence": json.dumps(row["evidence"], ensure_ascii=False),
        "version": VERSION,
        "taxonomy": TAXONOMY_VERSION,
        "judge_model": model,
        "cost": cost,
        "seconds": time.perf_counter() - started,
        "diagnosed_at": datetime.now(UTC),
    }


def failure_of(sample: Mapping[str, Any], text: Mapping[str, Any], problem: Problem | None) -> Failure:
    """A stored sample as the diagnosis takes it. `sample` and `text` have the columns of their files."""
    try:
        tests = json.loads(text["tests"] or "[]")
    except ValueError:
        tests = []
    symptoms = from_judge(
        tests if isinstance(tests, list) else [],
        verdict=str(sample["verdict"] or ""),
        message=str(sample["message"] or ""),
        output=str(text["output"] or ""),
    )
    return Failure(
        f"{sample['problem_id']} {sample['sample']}",
        text["code"],
        symptoms,
        problem.prompt if problem else prompts.told(text["prompt"]),
        problem.reference if problem else text.get("reference"),
        str(text["response"] or ""),
        str(sample["environment"] or ""),
        problem.meta.entry_points if problem else (),
    )


def _kept(publication: Publication) -> dict[tuple[str, str], Mapping[str, Any]]:
    if publication.diagnoses is None:
        return {}
    try:
        rows = pq.read_table(publication.diagnoses).to_pylist()
    except (OSError, ValueError):
        return {}
    return {(str(row["problem_id"]), str(row["sample"])): row for row in rows}


def _still_good(old: Mapping[str, Any], sample: Mapping[str, Any], diagnoser: Diagnoser) -> bool:
    same = (old["problem_hash"], old["code_hash"], old["version"]) == (
        sample["problem_hash"],
        sample["code_hash"],
        VERSION,
    )
    tried = '"kind": "experiment"' in str(old["evidence"]) or sample["verdict"] == Verdict.NO_CODE
    asked = old["judge_model"] is not None or (old["confidence"] or 0.0) >= judge.SURE
    return same and (tried or diagnoser.judge is None) and (asked or diagnoser.model is None)


def quietly(folder: Path, problems: Iterable[Problem]) -> str:
    """Diagnose a fresh publication; what goes wrong is returned in a line, for the verdicts are safe already."""
    try:
        diagnose_published(folder, problems)
    except (DeepBenchError, StoreError) as error:
        return f"not diagnosed: {error}"
    except Exception as error:  # an opinion must not fail a run, whatever some code looks like
        return f"not diagnosed: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return ""
