"""The rows of a board before any figure: which runs belong together, what each is called, whose samples count.

A row (an *entry*) is a model with a technique and parameters on a suite.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepbench_core.filters import DEFAULT_SUITE

if TYPE_CHECKING:
    from deepbench_core.store import Store

SEPARATOR = " · "  # between a model and what tells a row from the others of that model
USUAL = "zero-shot"  # the technique that needs no mention
# Parameters that do not make two runs different entries.
_INCIDENTAL = ("seed", "workers", "timeout", "retries", "api_base")


@dataclass(frozen=True)
class Entry:
    """One row of the board before any figure: what was run, and in which runs."""

    suite: str
    model: str
    technique: str
    parameters: str  # JSON of what distinguishes it
    run_ids: tuple[str, ...]  # newest first
    sources: tuple[str, ...]
    date: Any  # when its newest run ended

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.suite, self.model, self.technique, self.parameters


def entries_of(store: Store, suite: str) -> tuple[Entry, ...]:
    """Every entry with a published run, newest run first within each; imported ones on other suites than our own.

    Samples that were picked by how they ended have no rate, and are no entry.
    """
    runs = store.rows(
        """
        select run_id, suite, model, technique, parameters, source, coalesce(finished_at, started_at) as date
        from runs where (ranked or source = 'imported' and suite <> ?) and not picked and suite = ?
        order by date desc nulls last, run_id desc
        """,
        [DEFAULT_SUITE, suite],
    )
    grouped: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for run in runs:
        key = (run["model"], run["technique"], _distinguishing(run["parameters"]))
        grouped.setdefault(key, []).append(run)
    return tuple(
        Entry(
            suite,
            *key,
            tuple(r["run_id"] for r in found),
            tuple(sorted({r["source"] for r in found})),
            found[0]["date"],
        )
        for key, found in sorted(grouped.items())
    )


def names(entries: Sequence[Entry]) -> tuple[str, ...]:
    """What to call each: its model, an unusual technique, and the settings in which entries of one model differ."""
    same: dict[str, list[Entry]] = {}
    for entry in entries:
        same.setdefault(entry.model, []).append(entry)
    return tuple(SEPARATOR.join([e.model, *_telling(e, same[e.model])]) for e in entries)


def _telling(entry: Entry, all_of_model: Sequence[Entry]) -> Iterator[str]:
    """What tells an entry from the others of its model."""
    alike = [e for e in all_of_model if e.technique == entry.technique]
    if len(alike) < len(all_of_model) or entry.technique != USUAL:
        yield entry.technique
    settings = [json.loads(e.parameters or "{}") for e in alike]
    differ = [k for k in sorted(set().union(*settings)) if len({json.dumps(s.get(k)) for s in settings}) > 1]
    if differ:
        mine = json.loads(entry.parameters or "{}")
        yield ", ".join(f"{k} {_short(mine[k])}" for k in differ if k in mine) or "defaults"


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def runs_sql(entries: Sequence[Entry]) -> str:
    """SQL of the rows (run, entry): which entry, by its place in the sequence, each run belongs to. Not for none."""
    return "values " + ", ".join(f"({quoted(run)}, {i})" for i, e in enumerate(entries) for run in e.run_ids)


def superseded(store: Store, suite: str, problems: Sequence[str] | None = None) -> str:
    """SQL of the samples (run_id, problem_id, sample) that do not count, because another run of the entry has better.

    A sample of the problem as it is now counts before one of an older text, one with a verdict before one without,
    else the newest. Only of `problems`, if given.
    """
    several = [e for e in entries_of(store, suite) if len(e.run_ids) > 1]
    if not several:
        return "select '' as run_id, '' as problem_id, 0 as sample where false"
    chosen = "" if problems is None else f"where problem_id in ({', '.join(map(quoted, problems)) or 'null'})"
    return f"""
        select run_id, problem_id, sample from results join ({runs_sql(several)}) as e(run, entry) on run = run_id
        {chosen}
        qualify row_number() over (
            partition by entry, problem_id, sample
            order by stale, scored desc, finished_at desc nulls last, run_id desc
        ) > 1
    """


def _distinguishing(parameters: str | None) -> str:
    given = json.loads(parameters or "{}")
    kept = {k: v for k, v in given.items() if k not in _INCIDENTAL and v is not None}
    return json.dumps(kept, sort_keys=True)


def quoted(text: str) -> str:
    """Text as it stands in SQL, where none can be bound."""
    return "'" + text.replace("'", "''") + "'"
