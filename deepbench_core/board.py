"""The leaderboard: who solves how much of what, how sure that is, and what it rests on.

A row (an *entry*) is a model with a technique and parameters on a suite. Several runs of one entry are merged: of
each problem and sample the newest judged response counts, so that a run again of a few problems replaces only those;
a response that the harness or the provider lost counts only where no other run has one. Samples of a problem that has
changed since (stale) are left out and counted as such; models that only exercise the harness are never here.

All figures come from *cells*, entry × problem with the number of samples n and of passes c, built once for each
version of the store. A page that changes a filter touches only these.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from deepbench_core import statistics
from deepbench_core import weights as weighting
from deepbench_core.entries import Entry, entries_of, names, runs_sql, superseded
from deepbench_core.filters import PROBLEM_FIELDS, Filters
from deepbench_core.statistics import THIN, Array, Difference, Estimate
from deepbench_core.taxonomy import AXES
from deepbench_core.weights import Weights

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from deepbench_core.store import Store

COMPLETE = 0.95  # coverage below which a row is not ranked with the others

BADGES: dict[str, str] = {
    "incomplete": "Fewer than 95% of the problems have an answer, so the row is not ranked.",
    "thin": f"Fewer than {THIN} problems: the interval spans most of the scale.",
    "stale": "Some of its samples are left out: their problem has changed since. Where only tests did, "
    "`deepbench rejudge RUN` judges them again; `deepbench run --like RUN --changed` asks prompts that changed.",
    "in-process": "Some verdicts come from a judge that shares a process with the code, and can be deceived.",
    "scored": "Responses were made elsewhere and only judged here.",
    "imported": "Verdicts were made elsewhere.",
    "merged": "Several runs were merged: the newest sample of each problem counts.",
    "faults": "The harness or the provider lost some samples; they don't count against the model.",
}


@dataclass(frozen=True)
class Cells:
    """One suite: `problems` (a frame with labels), `entries` with `names`, and figures as arrays entries × problems."""

    problems: pd.DataFrame
    entries: tuple[Entry, ...]
    names: tuple[str, ...]  # no two alike; the same whatever the filters leave
    n: Array  # scored samples
    c: Array  # of which passed
    ran: Array  # of which the tests ran to an end: passed or failed
    harness: Array
    provider: Array
    stale: Array
    in_process: Array
    cost: Array  # US dollars a sample; NaN unknown
    tokens: Array  # completion tokens a sample
    latency: Array  # seconds a call


_FIGURES = ("n", "c", "ran", "harness", "provider", "stale", "in_process", "cost", "tokens", "latency")


@dataclass(frozen=True)
class Leaderboard:
    """What the page shows: `frame` has one row an entry, best first.

    Columns: rank (1, 2–3, or empty where not ranked), name (no two alike), model, technique, parameters, pass@1, low,
    high, pass@k and pass^k for each of `ks`, one rate for each value of each axis (`stage:training`) with its n
    (`stage:training n`), problems, coverage, samples, ran (problems with a sample whose tests ran to an end), pass_ran
    (pass@1 of those samples alone, whatever ended the others), harness, provider, stale, cost, cost_per_solved, tokens,
    latency, date, source, integrity, badges, run_ids.
    """

    frame: pd.DataFrame
    total: int  # problems within the filters
    ks: tuple[int, ...]
    lead: Difference | None  # of the first over the second ranked row
    scores: Array  # rows of the frame × problems
    problem_ids: tuple[str, ...]
    hidden: int = 0  # rows that the filters leave without any sample
    sentence: str = ""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def leaderboard(
    store: Store,
    filters: Filters,
    *,
    suite: str | None = None,
    weights: Weights | None = None,
    since: date | None = None,
) -> Leaderboard:
    """Rank what was run on a suite, within the filters.

    With `weights` (see `weights.parse`) pass@1, its interval and the ranks are of weighted means, and problems of
    weight 0 are left out; `since` leaves out problems that were created earlier, or nobody knows when.
    """
    import pandas as pd

    cells = suite_cells(store, suite or filters.suite)
    columns = problem_mask(cells, filters)
    if since is not None:
        columns &= (pd.to_datetime(cells.problems["created"]) >= pd.Timestamp(since)).to_numpy(dtype=bool)
    if weights:
        columns &= weighting.of_problems(cells.problems, weights) > 0
    rows = [i for i, e in enumerate(cells.entries) if filters.admits(e.model, e.technique)]
    part = _cut(cells, rows, columns)
    seen = np.flatnonzero((part.n + part.harness + part.provider + part.stale).sum(axis=1) > 0)
    hidden, part = len(rows) - len(seen), _cut(part, list(seen), np.ones(len(part.problems), dtype=bool))

    n = part.n + (part.harness + part.provider if filters.faults else 0)
    scores = _rates(part.c, n)
    counted = weighting.apply(scores, weighting.of_problems(part.problems, weights)) if weights else scores
    estimates = statistics.estimates(counted)
    total = int(columns.sum())
    covered = (n > 0).sum(axis=1)
    ranked = (covered >= COMPLETE * total) & (covered > 0) if filters.complete else covered > 0
    order = sorted(
        range(len(part.entries)),
        key=lambda i: (not ranked[i], -_or_zero(estimates[i].value), -covered[i], part.entries[i].key),
    )
    part, scores, n = _cut(part, order, np.ones(total, dtype=bool)), scores[order], n[order]
    counted = counted[order]
    estimates, ranked = [estimates[i] for i in order], ranked[order]

    ranks = _ranks(counted, ranked)
    ks = _ks(n)
    groups = {axis: tuple(m.value for m in kind) for axis, kind in AXES.items()}
    groups["library"] = tuple(sorted(part.problems["library"].dropna().unique()))  # the benchmark's own, where known
    rates = _group_rates(scores, part.problems, groups)
    data: list[dict[str, Any]] = []
    at_k = {f"pass@{k}": statistics.pass_at_k_array(n, part.c, k) for k in ks}
    # All k pass where none of k fails: pass^k = 1 - pass@k of the failures.
    at_k |= {f"pass^{k}": 1 - statistics.pass_at_k_array(n, n - part.c, k) for k in ks}
    for i, entry in enumerate(part.entries):
        row: dict[str, Any] = {"rank": ranks[i], "name": part.names[i], "model": entry.model}
        row |= {"technique": entry.technique, "parameters": entry.parameters, **_estimate(estimates[i])}
        row |= {name: _mean_if_known(values[i], n[i] > 0) for name, values in at_k.items()}
        row |= {name: column[i] for name, column in rates.items()}
        row |= _evidence(part, i, n[i], scores[i], total)
        data.append(row)
    frame = pd.DataFrame(data)
    first, second = ranked.sum() > 0, ranked.sum() > 1
    lead = statistics.paired_difference(counted[0], counted[1]) if second else None
    board = Leaderboard(frame, total, ks, lead, scores, tuple(part.problems["id"]), hidden, "", groups)
    sentence = headline(board) if first else ""
    return Leaderboard(frame, total, ks, lead, scores, board.problem_ids, hidden, sentence, groups)


def headline(board: Leaderboard) -> str:
    """What the board says, in words."""
    ranked = board.frame[board.frame["rank"] != ""] if len(board.frame) else board.frame
    if not len(ranked):
        return ""
    first = ranked.iloc[0]
    # What tells rows of one model apart matters only where they compete.
    called = ranked["model"].where(~ranked["model"].duplicated(keep=False), ranked["name"])
    if board.lead is None:
        interval = f"[{_points(first.low)}, {_points(first.high)}]"
        return f"{called.iloc[0]} solves {_points(first['pass@1'])}% of {int(first.problems)} problems {interval}."
    if not board.lead.clear:
        tied = [str(name) for name in called[ranked["rank"].str.startswith("1–")]]
        said = tied if len(tied) < 4 else [*tied[:3], f"{len(tied) - 3} more"]
        return f"{', '.join(said[:-1])} and {said[-1]} can't be told apart with {board.lead.n} problems."
    interval = f"[{_points(board.lead.low)}, {_points(board.lead.high)}]"
    return f"{called.iloc[0]} leads by {_points(board.lead.value)} points {interval} on {board.lead.n} problems."


def suite_cells(store: Store, suite: str = "") -> Cells:
    """The cells of one suite; computed once for each version of the store."""
    version = store.version
    with _LOCK:
        known = _CACHE.get(store)
        if known is None or known[0] != version:
            known = _CACHE[store] = (version, {})
        if suite not in known[1]:
            known[1][suite] = _build(store, suite)
        return known[1][suite]


_LOCK = threading.RLock()
_CACHE: WeakKeyDictionary[Store, tuple[str, dict[str, Cells]]] = WeakKeyDictionary()


def without_rate(store: Store, suite: str) -> bool:
    """Whether all there is of a suite are samples that were picked by how they ended."""
    return bool(store.rows("select bool_and(picked) as every from runs where suite = ?", [suite])[0]["every"])


def _build(store: Store, suite: str) -> Cells:
    problems = store.query(
        """
        select l.suite, l.id, l.title, l.stage, l.task, l.modality, l.library, l.perturbation, l.difficulty, l.guessed,
               l.review,
               coalesce(p.environment, '') as environment, p.created
        from labels l left join problems p on p.suite = l.suite and p.id = l.id
        where l.suite = ? and not l.gone order by l.id
        """,
        [suite],
    )
    entries = entries_of(store, suite)
    shape = (len(entries), len(problems))
    arrays = {name: np.full(shape, np.nan if name in ("cost", "tokens", "latency") else 0.0) for name in _FIGURES}
    if entries and len(problems):
        cells = store.query(
            f"""
            select entry, problem_id,
                   count(*) filter (where scored and not stale) as n,
                   count(*) filter (where passed and not stale) as c,
                   count(*) filter (where verdict in ('passed', 'failed') and not stale) as ran,
                   count(*) filter (where verdict = 'harness' and not stale) as harness,
                   count(*) filter (where verdict = 'provider' and not stale) as provider,
                   count(*) filter (where stale) as stale,
                   count(*) filter (where integrity = 'in-process' and scored and not stale) as in_process,
                   avg(cost) filter (where not stale) as cost,
                   avg(completion_tokens) filter (where not stale) as tokens,
                   median(latency) filter (where not stale) as latency
            from results join ({runs_sql(entries)}) as e(run, entry) on run = run_id
            anti join ({superseded(store, suite)}) using (run_id, problem_id, sample)
            where suite = ?
            group by all
            """,
            [suite],
        )
        position = {problem: i for i, problem in enumerate(problems["id"])}
        column = np.array([position.get(problem, -1) for problem in cells["problem_id"]], dtype=int)
        here = column >= 0
        row = cells["entry"].to_numpy(dtype=int)
        for name in _FIGURES:
            arrays[name][row[here], column[here]] = cells[name].to_numpy(dtype=float, na_value=np.nan)[here]
    return Cells(problems, entries, names(entries), **arrays)


def problem_mask(cells: Cells, filters: Filters) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of the suite's problems are within the filters."""
    mask = np.ones(len(cells.problems), dtype=bool)
    for name in PROBLEM_FIELDS:
        if chosen := getattr(filters, name):
            mask &= cells.problems[name].isin(chosen).to_numpy(dtype=bool)
    if filters.only_problem:
        mask &= (cells.problems["id"] == filters.only_problem).to_numpy(dtype=bool)
    return mask


def _cut(cells: Cells, rows: Sequence[int], columns: np.ndarray[Any, np.dtype[np.bool_]]) -> Cells:
    arrays = {name: getattr(cells, name)[list(rows)][:, columns] for name in _FIGURES}
    entries, called = tuple(cells.entries[i] for i in rows), tuple(cells.names[i] for i in rows)
    return Cells(cells.problems[columns], entries, called, **arrays)


def _group_rates(scores: Array, problems: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> dict[str, Array]:
    """Mean score of each row on each value of each axis, and the number of problems behind it."""
    rates: dict[str, Array] = {}
    for axis, values in groups.items():
        labels = problems[axis].to_numpy()
        for value in values:
            part = scores[:, labels == value]
            n = np.isfinite(part).sum(axis=1)
            rates[f"{axis}:{value}"] = _rates(np.nansum(part, axis=1), n)
            rates[f"{axis}:{value} n"] = n
    return rates


def _evidence(part: Cells, i: int, n: Array, scores: Array, total: int) -> dict[str, Any]:
    """What a row rests on, and the badges that say so."""
    entry, answered = part.entries[i], n > 0
    solved = float(np.nansum(scores))
    cost = part.cost[i][answered]
    known_cost = bool(cost.size) and bool(np.isfinite(cost).all())
    covered, stale = int(answered.sum()), int(part.stale[i].sum())
    harness, provider = int(part.harness[i].sum()), int(part.provider[i].sum())
    in_process = bool(part.in_process[i].any())
    badges = {
        "incomplete": covered < COMPLETE * total,
        "thin": 0 < covered < THIN,
        "stale": stale > 0,
        "in-process": in_process,
        "scored": "scored" in entry.sources,
        "imported": "imported" in entry.sources,
        "merged": len(entry.run_ids) > 1,
        "faults": harness + provider > 0,
    }
    return {
        "problems": covered,
        "coverage": covered / total if total else np.nan,
        "samples": int(n.sum()),
        "solved_samples": int(part.c[i].sum()),
        "ran": int((part.ran[i] > 0).sum()),
        "pass_ran": _mean(_rates(part.c[i], part.ran[i])),
        "harness": harness,
        "provider": provider,
        "stale": stale,
        "cost": float(cost.mean()) if known_cost else np.nan,
        "cost_per_solved": float(cost.sum()) / solved if known_cost and solved > 0 else np.nan,
        "tokens": _median_if_known(part.tokens[i], mean=True),
        "latency": _median_if_known(part.latency[i]),
        "date": entry.date,
        "source": "+".join(entry.sources),
        "integrity": "in-process" if in_process else "" if entry.sources == ("imported",) else "split",
        "badges": [name for name, given in badges.items() if given],
        "run_ids": list(entry.run_ids),
    }


def _ranks(scores: Array, ranked: np.ndarray[Any, np.dtype[np.bool_]]) -> list[str]:
    ranges = statistics.rank_ranges(scores[ranked]) if ranked.any() else []
    given = iter(str(a) if a == b else f"{a}–{b}" for a, b in ranges)
    return [next(given) if is_ranked else "" for is_ranked in ranked]


def _ks(n: Array) -> tuple[int, ...]:
    most = int(n.max()) if n.size else 0
    return tuple(k for k in (5, 10, 100) if k <= most) or ((most,) if most > 1 else ())


def _rates(c: Array, n: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 0, c / n, np.nan)


def _estimate(estimate: Estimate) -> dict[str, float]:
    low, high = np.clip([estimate.low, estimate.high], 0.0, 1.0)  # weighted scores may reach beyond
    return {"pass@1": estimate.value, "low": float(low), "high": float(high)}


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _mean_if_known(values: Array, answered: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """The mean, if at least 95% of the answered problems have enough samples for it; else NaN."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size and known.size >= COMPLETE * answered.sum() else float("nan")


def _median_if_known(values: Array, *, mean: bool = False) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean() if mean else np.median(known)) if known.size else float("nan")


def _or_zero(value: float) -> float:
    return value if np.isfinite(value) else -1.0


def _points(share: float) -> str:
    return f"{100 * share:.1f}"
