"""What an attack came to, as values, rows and a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from deepbench_core.executors.attacks.programs import KINDS, Kind

_MARKS = {True: "yes", False: "NO", None: "–"}


@dataclass(frozen=True)
class AttackResult:
    """One program against one executor. The four questions are None where nothing could be asked.

    `judged`: the verdict was one that the program accepts. `contained`: nothing outside of the box was reached.
    `unharmed`: an honest sample right after it, on the same slot, passed. `clean`: nothing of it was left in the box
    or on the host. `problems` says in words what went wrong.
    """

    slug: str
    kind: Kind
    tries: str
    verdicts: dict[str, str] = field(default_factory=dict)
    judged: bool | None = None
    contained: bool | None = None
    unharmed: bool | None = None
    clean: bool | None = None
    problems: tuple[str, ...] = ()
    skipped: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it ran and failed, as an attack should, or had a reason not to run."""
        return bool(self.skipped) or all((self.judged, self.contained, self.unharmed, self.clean))

    def as_row(self) -> dict[str, Any]:
        """One line of a listing."""
        return {
            "kind": self.kind,
            "program": self.slug,
            "verdict": self.verdict,
            "judged right": _MARKS[self.judged],
            "contained": _MARKS[self.contained],
            "next unharmed": _MARKS[self.unharmed],
            "left clean": _MARKS[self.clean],
            "seconds": round(self.seconds, 1),
            "remarks": f"skipped: {self.skipped}" if self.skipped else "; ".join(self.problems),
        }

    @property
    def verdict(self) -> str:
        """The verdict, or each style's where they differ."""
        if len(set(self.verdicts.values())) <= 1:
            return next(iter(self.verdicts.values()), "–")
        return " ".join(f"{style}={verdict}" for style, verdict in self.verdicts.items())


@dataclass(frozen=True)
class AttackReport:
    """A whole run of the suite. `problems` are those of no single program: what was left after the pool was closed."""

    executor: str
    results: tuple[AttackResult, ...]
    problems: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the sandbox held."""
        return not self.problems and all(result.ok for result in self.results)

    def failures(self) -> list[AttackResult]:
        """The programs that something is wrong with."""
        return [result for result in self.results if not result.ok]

    def rows(self) -> list[dict[str, Any]]:
        """The table."""
        return [result.as_row() for result in self.results]

    def summary(self) -> str:
        """A few lines for people: how many held, which did not and why."""
        return "\n".join(_summary(self.executor, self.results, self.problems, self.seconds))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "executor": self.executor,
            "ok": self.ok,
            "seconds": round(self.seconds, 1),
            "problems": list(self.problems),
            "results": [vars(result) | {"ok": result.ok, "problems": list(result.problems)} for result in self.results],
        }


def _summary(executor: str, results: Sequence[AttackResult], problems: Sequence[str], seconds: float) -> list[str]:
    ran = [result for result in results if not result.skipped]
    held = Counter(result.kind for result in ran if result.ok)
    total = Counter(result.kind for result in ran)
    lines = [f"{executor}: {sum(held.values())} of {len(ran)} programs held in {seconds:.0f} s"]
    lines += [f"  {kind}: {held[kind]} of {total[kind]}" for kind in KINDS if total[kind]]
    if skipped := [result.slug for result in results if result.skipped]:
        lines.append(f"  skipped: {', '.join(skipped)}")
    for result in results:
        if not result.ok:
            lines.append(f"FAILED {result.kind}/{result.slug} ({result.tries}): {'; '.join(result.problems)}")
    return [*lines, *(f"FAILED {problem}" for problem in problems)]
