"""Running a problem's reference, another solution, and variants: repeats, stubs, coverage, mutants."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass, field, replace

from deepbench_core.errors import ExecutorError
from deepbench_core.executors.calibration import make_job, time_limit, why_not_passed
from deepbench_core.executors.types import Executor, Job, Judgement
from deepbench_core.mutation import Variant, mutants, stubs
from deepbench_core.problems import Problem
from deepbench_core.taxonomy import Integrity, Verdict
from deepbench_core.validation.notes import Notes
from deepbench_core.validation.proof import Finding, Proof, proof_key
from deepbench_core.validation.reach import instrument, reached

KILLED_SHARE = 0.9
MOST_MUTANTS = 60  # of one problem; what the sample leaves out is in the proof
# A mutant may take this much longer than the slowest run of the reference; slower ones count as killed.
MUTANT_FACTOR = 4.0
MUTANT_FLOOR_SECONDS = 1.0
REPEATS = ((0, 1), (1, 2), (2, 1))  # (seed of the random generators, threads) of each run of the reference


@dataclass
class _Order:
    """Which test is likely to kill the next mutant soonest, learnt from those before."""

    seconds: dict[str, float]
    tried: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    kills: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def best_first(self) -> tuple[str, ...]:
        """Kills per second as expected by now; 2 ms are what the shortest test costs anyway."""

        def rate(name: str) -> float:
            return (self.kills[name] + 1) / (self.tried[name] + 2) / (self.seconds[name] + 0.002)

        return tuple(sorted(self.seconds, key=rate, reverse=True))

    def learn(self, judgement: Judgement) -> None:
        """Count which tests of a job ran, and which ended it."""
        for test in judgement.tests:
            if test.outcome != "missing":
                self.tried[test.id] += 1
                self.kills[test.id] += test.outcome != "passed"


@dataclass(frozen=True)
class Prover:
    """Proves problems on `executor`; `repeats` are executors with other hash seeds, for the reference's other runs."""

    executor: Executor
    repeats: tuple[Executor, ...] = ()

    def prove(self, problem: Problem, notes: Notes) -> Proof:
        """One problem's proof; where the harness fails, that is what is found."""
        proof = Proof(problem.id, proof_key(problem, notes))
        try:
            return self._prove(proof, problem, notes)
        except ExecutorError as error:
            return _found(proof, Finding("judge", str(error)))

    def _prove(self, proof: Proof, problem: Problem, notes: Notes) -> Proof:
        runs, why = self._references(problem)
        if why:
            return replace(proof, findings=(Finding("reference", why),))
        # Several threads on busy cores say nothing about a sample, which has one.
        alone = [run for run, (_, threads) in zip(runs, REPEATS, strict=True) if threads == 1]
        slowest = max(alone, key=lambda run: run.total_seconds)
        proof = replace(
            proof,
            repeats=len(runs),
            tests=len(slowest.tests),
            integrity=slowest.integrity,
            seconds=round(slowest.seconds, 4),
            total_seconds=round(slowest.total_seconds, 4),
        )
        base = make_job(
            problem,
            problem.reference,
            expected=tuple(test.id for test in runs[0].tests),
            integrity=slowest.integrity,
            seconds=time_limit(slowest.total_seconds, ceiling=problem.meta.limits.seconds),
        )
        order = _Order({test.id: min(run_seconds(run, test.id) for run in alone) for test in runs[0].tests})
        proof = self._independent(self._coverage(proof, base, notes), base, notes)
        quick = replace(
            base,
            seconds=max(MUTANT_FLOOR_SECONDS, MUTANT_FACTOR * slowest.total_seconds),
            first_failure=True,
        )
        proof = self._stubs(proof, quick, stubs(problem.reference, problem.meta.entry_points), order)
        return self._mutants(proof, quick, problem, notes, order)

    def _references(self, problem: Problem) -> tuple[list[Judgement], str]:
        """The reference's runs, or what was wrong with the first that did not pass; the split judge is asked first."""
        first = ""
        for integrity in (Integrity.SPLIT, Integrity.IN_PROCESS):
            runs: list[Judgement] = []
            expected: tuple[str, ...] | None = None
            why = ""
            for number, (seed, threads) in enumerate(REPEATS):
                executor = self.repeats[number - 1] if 0 < number <= len(self.repeats) else self.executor
                shuffled = list(reversed(expected or ()))  # each after what came after it, then any order
                if number > 1:
                    random.Random(problem.id).shuffle(shuffled)
                job = make_job(
                    problem,
                    problem.reference,
                    expected=expected,
                    integrity=integrity,
                    seconds=problem.meta.limits.seconds,
                )
                run = _result(executor.submit(replace(job, seed=seed, threads=threads, order=tuple(shuffled))), problem)
                if why := why_not_passed(run):
                    why += f" (run {number + 1} of {len(REPEATS)}: seed {seed}, {threads} threads)" if number else ""
                    break
                expected = expected or tuple(test.id for test in run.tests)
                runs.append(run)
            if not why:
                return runs, ""
            if runs:  # this judge serves, and a repeat failed: the other judge would only hide it
                return [], why
            first = first or why
        return [], why if why == first else f"{first}; in one process: {why}"

    def _coverage(self, proof: Proof, base: Job, notes: Notes) -> Proof:
        code, places = instrument(base.code)
        judgement = _result(self.executor.submit(replace(base, code=code)), proof.problem)
        if judgement.verdict is not Verdict.PASSED:
            text = f"the reference with its reports does not pass: {why_not_passed(judgement)}"
            return _found(proof, Finding("coverage", text))
        seen = reached(judgement.output)
        missed = [place for number, place in enumerate(places) if number not in seen]
        noted = {note.line for note in notes.unreached}
        excepted = [place for place in missed if place.text in noted]
        proof = replace(proof, statements=len(places), reached=len(seen), excepted=len(excepted))
        if wrong := sorted(noted - {place.text for place in excepted}):
            proof = _found(proof, Finding("notes", "noted as unreached, but is reached or is not there", tuple(wrong)))
        if missed := [place for place in missed if place.text not in noted]:
            text = f"{len(missed)} of {len(places)} statements and branches are not reached by any test"
            proof = _found(proof, Finding("coverage", text, tuple(map(str, missed))))
        return proof

    def _independent(self, proof: Proof, base: Job, notes: Notes) -> Proof:
        if notes.independent is None:
            return proof
        judgement = _result(self.executor.submit(replace(base, code=notes.independent)), proof.problem)
        proof = replace(proof, independent=judgement.verdict is Verdict.PASSED)
        if not proof.independent:
            text = "a solution written from the prompt alone fails: it errs, or the tests ask for more than the prompt"
            failed = tuple(f"{t.id} {t.outcome}: {t.message}" for t in judgement.tests if t.outcome != "passed")
            proof = _found(proof, Finding("independent", text, failed or (why_not_passed(judgement),)))
        return proof

    def _stubs(self, proof: Proof, base: Job, variants: Sequence[Variant], order: _Order) -> Proof:
        passed = [
            v.operator for v, judgement in self._run(variants, base, order) if judgement.verdict is Verdict.PASSED
        ]
        proof = replace(proof, stubs=len(variants), stubs_failed=len(variants) - len(passed))
        if passed:
            text = "an answer that is no solution passes the tests"
            proof = _found(proof, Finding("stubs", text, tuple(f"stub that answers with {p}" for p in sorted(passed))))
        return proof

    def _mutants(self, proof: Proof, base: Job, problem: Problem, notes: Notes, order: _Order) -> Proof:
        made = mutants(problem.reference)
        noted = {note.mutant for note in notes.equivalent}
        chosen = sample(made, noted, MOST_MUTANTS)
        survivors = [v for v, judgement in self._run(chosen, base, order) if judgement.verdict is Verdict.PASSED]
        survivors.sort(key=lambda v: (v.line, v.id))
        equivalent = [v for v in survivors if v.id in noted]
        left = tuple(f"line {v.line}: {v.id}" for v in survivors if v.id not in noted)
        proof = replace(
            proof,
            survivors=left,
            mutants=len(made),
            sampled=len(chosen),
            equivalent=len(equivalent),
            killed=len(chosen) - len(survivors),
        )
        if wrong := sorted(noted - {v.id for v in equivalent}):
            proof = _found(proof, Finding("notes", "noted as equivalent, but is killed or is not there", tuple(wrong)))
        if proof.kill_rate < KILLED_SHARE:
            real = len(chosen) - len(equivalent)
            text = f"only {proof.killed} of {real} mutants are killed; at least {KILLED_SHARE:.0%} must be"
            proof = _found(proof, Finding("mutation", text, left))
        return proof

    def _run(self, variants: Iterable[Variant], base: Job, order: _Order) -> Iterator[tuple[Variant, Judgement]]:
        """Judge variants side by side, as many as the executor has slots, so that later ones gain from earlier ones."""
        waiting: dict[Future[Judgement], Variant] = {}
        left = iter(variants)
        while True:
            while len(waiting) < self.executor.workers and (variant := next(left, None)) is not None:
                job = replace(base, code=variant.code, order=order.best_first())
                waiting[self.executor.submit(job)] = variant
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                judgement = _result(future, base.key)
                order.learn(judgement)
                yield waiting.pop(future), judgement


def sample(made: Sequence[Variant], always: set[str], most: int) -> list[Variant]:
    """At most `most` mutants besides those `always` wanted: of each operator its share, chosen by a fixed seed."""
    if len(made) <= most:
        return list(made)
    groups: dict[str, list[Variant]] = defaultdict(list)
    for variant in made:
        if variant.id not in always:
            groups[variant.operator].append(variant)
    for group in groups.values():
        group.sort(key=lambda v: v.id)
        random.Random(group[0].operator).shuffle(group)
    # The k-th of n in a group stands at (k + ½) / n: cutting there takes the same share of every operator.
    places = sorted(((k + 0.5) / len(group), name, k) for name, group in groups.items() for k in range(len(group)))
    chosen = {groups[name][k].id for _, name, k in places[:most]} | always
    return [v for v in made if v.id in chosen]


def prove_all(prover: Prover, problems: Sequence[tuple[Problem, Notes]]) -> Iterator[tuple[Problem, Proof]]:
    """Every problem with its proof, as they are done; several at a time, so that no slot waits for a last mutant."""
    threads = ThreadPoolExecutor(max_workers=prover.executor.workers + 1, thread_name_prefix="deepbench-prove")
    try:
        waiting = {threads.submit(prover.prove, problem, notes): problem for problem, notes in problems}
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        threads.shutdown(wait=True, cancel_futures=True)


def run_seconds(run: Judgement, test: str) -> float:
    """What one test took in a run."""
    return next((t.seconds for t in run.tests if t.id == test), 0.0)


def _found(proof: Proof, finding: Finding) -> Proof:
    return replace(proof, findings=(*proof.findings, finding))


def _result(future: Future[Judgement], problem: Problem | str) -> Judgement:
    judgement = future.result()
    if judgement.verdict is Verdict.HARNESS:
        name = problem if isinstance(problem, str) else problem.id
        raise ExecutorError(f"{name}: the judge failed: {judgement.message}")
    return judgement
