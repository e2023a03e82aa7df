"""Validating a suite: what is read, what is proven anew, and the report on each problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deepbench_core.errors import ProblemError, UserError
from deepbench_core.problems import Problem, check_suite
from deepbench_core.validation.coverage import write_coverage
from deepbench_core.validation.kept import load_proofs, save_proofs
from deepbench_core.validation.lint import lint
from deepbench_core.validation.notes import Notes, load_notes
from deepbench_core.validation.proof import Finding, Proof, proof_key
from deepbench_core.validation.similar import similarity

HASH_SEEDS = (1, 2)  # of the executors that repeat the reference; the main one's differ from box to box

OnDone = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Report:
    """What is known of one problem: its proof, if its files allow one, and all that was found."""

    problem: str
    proof: Proof | None
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def as_row(self) -> dict[str, Any]:
        """For a table."""
        proof = self.proof
        if proof is None or not proof.tests:
            facts: list[Any] = [None] * 7
        else:
            equivalent = f" +{proof.equivalent}" if proof.equivalent else ""
            facts = [
                proof.tests,
                f"{proof.killed}/{proof.sampled - proof.equivalent}{equivalent}",
                f"{proof.reached + proof.excepted}/{proof.statements}",
                proof.repeats,
                None if proof.independent is None else "passes" if proof.independent else "fails",
                proof.seconds,
                str(proof.integrity),
            ]
        names = ("tests", "mutants killed", "reached", "repeats", "independent", "seconds", "judge")
        said = ", ".join(dict.fromkeys(f.check for f in self.findings))
        return {"id": self.problem, "valid": said or "yes", **dict(zip(names, facts, strict=True))}

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        proof = asdict(self.proof) if self.proof else None
        if proof:
            del proof["problem"], proof["findings"]
        return {
            "id": self.problem,
            "valid": self.valid,
            "proof": proof,
            "findings": [asdict(finding) for finding in self.findings],
        }


def validate(
    suite: Path,
    ids: Sequence[str] = (),
    *,
    changed: bool = False,
    write: bool = False,
    executor: str = "auto",
    workers: int = 2,
    unsafe: bool = False,
    on_done: OnDone | None = None,
) -> list[Report]:
    """Prove the problems of a folder, all or those named; reports in the order of ids.

    `changed` takes over every kept proof that still says what is there, `write` keeps the new ones.
    Raises UserError for an unknown id.
    """
    if not suite.is_dir():
        raise UserError(f"{suite}: no such folder of problems")
    broken: dict[str, str] = {}
    sound: list[tuple[Problem, Notes]] = []
    for path, problem in check_suite(suite):
        try:
            if isinstance(problem, ProblemError):
                raise problem
            sound.append((problem, load_notes(path)))
        except ProblemError as error:
            broken[path.name] = str(error)
    known = {problem.id for problem, _ in sound}
    if unknown := set(ids) - known - set(broken):
        raise UserError(f"no problem {', '.join(sorted(unknown))} in {suite}")
    reports = [Report(name, None, (Finding("files", text),)) for name, text in broken.items() if not ids or name in ids]
    wanted = [(problem, notes) for problem, notes in sound if not ids or problem.id in ids]
    kept = load_proofs(suite) if changed else {}
    proofs = {p.id: kept[p.id] for p, notes in wanted if p.id in kept and kept[p.id].key == proof_key(p, notes)}
    new = [(problem, notes) for problem, notes in wanted if problem.id not in proofs]
    for proof in _prove(new, executor, workers, unsafe, on_done or (lambda *_: None)):
        proofs[proof.problem] = proof
        if write:  # one by one, so that a run that is stopped has not proven for nothing
            save_proofs(suite, [proof], known=known | set(broken))
    if write:
        save_proofs(suite, [], known=known | set(broken))
        write_coverage(suite, [problem for problem, _ in sound])
    alike = similarity([problem for problem, _ in sound], {problem.id: each for problem, each in sound})
    for problem, _ in wanted:
        proof = proofs[problem.id]
        reports.append(Report(problem.id, proof, (*lint(problem), *alike.get(problem.id, ()), *proof.findings)))
    return sorted(reports, key=lambda report: report.problem)


def _prove(
    problems: list[tuple[Problem, Notes]], executor: str, workers: int, unsafe: bool, on_done: OnDone
) -> Iterator[Proof]:
    from deepbench_core.executors import open_executor
    from deepbench_core.validation.prove import Prover, prove_all

    if not problems:
        return
    names = {problem.meta.environment for problem, _ in problems}
    # One environment after the other, so that no slot has to keep the boxes of many warm.
    problems = sorted(problems, key=lambda one: (one[0].meta.environment, one[0].id))
    on_done(0, len(problems), "preparing")
    with ExitStack() as stack:
        main = stack.enter_context(open_executor(executor, workers=workers, unsafe=unsafe, environments=names))
        repeats = tuple(
            stack.enter_context(open_executor(executor, workers=1, unsafe=unsafe, hash_seed=seed))
            for seed in HASH_SEEDS
        )
        for count, (problem, proof) in enumerate(prove_all(Prover(main, repeats), problems), start=1):
            on_done(count, len(problems), problem.id)
            yield proof
