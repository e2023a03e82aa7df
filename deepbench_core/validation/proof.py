"""What a proof says: counts that a page can show, and findings that say what is wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from deepbench_core.problems import Problem
from deepbench_core.taxonomy import Integrity
from deepbench_core.validation.notes import Notes

# Raised when a rule or an operator changes what a proof means: every problem is then proven again.
RULES = 2

Check = Literal[
    "files",
    "judge",
    "reference",
    "independent",
    "stubs",
    "mutation",
    "coverage",
    "notes",
    "lint",
    "signature",
    "similarity",
]


@dataclass(frozen=True)
class Finding:
    """One thing that keeps a problem from being valid; `evidence` is what a person looks at, line by line."""

    check: Check
    message: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """What running a problem's reference and its variants showed.

    `mutants` is how many there are, `sampled` how many of them ran, `equivalent` how many of those are noted as such.
    `survivors` are the rest, each with its line.
    `statements` and `reached` count the reference's statements and ways past branches. `seconds` is the slowest of the
    `repeats` in its tests, `total_seconds` that run's whole stay, which the time limit follows from. `independent` says
    whether the solution by somebody who had only the prompt passes, None where there is none.
    """

    problem: str
    key: str
    repeats: int = 0
    tests: int = 0
    integrity: Integrity = Integrity.SPLIT
    seconds: float = 0.0
    total_seconds: float = 0.0
    independent: bool | None = None
    stubs: int = 0
    stubs_failed: int = 0
    mutants: int = 0
    sampled: int = 0
    equivalent: int = 0
    killed: int = 0
    survivors: tuple[str, ...] = ()
    statements: int = 0
    reached: int = 0
    excepted: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def kill_rate(self) -> float:
        """Share of the mutants that are no equivalents and were killed; 1 where there are none."""
        real = self.sampled - self.equivalent
        return self.killed / real if real else 1.0


def proof_key(problem: Problem, notes: Notes) -> str:
    """Identifies what a proof depends on: the problem, its reference, the author's notes and the rules."""
    digest = hashlib.sha256()
    for text in (problem.hash, problem.reference, notes.model_dump_json(exclude={"similar"}), str(RULES)):
        digest.update(len(text).to_bytes(8, "big") + text.encode())
    return digest.hexdigest()[:16]
