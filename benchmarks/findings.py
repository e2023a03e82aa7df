"""What the published results say, as docs/findings.md: every figure comes from the product's own functions.

    python benchmarks/findings.py [--results DIR] [--out docs/findings.md]

The part below the line that says so is written by hand, by whoever has read the answers, and is kept as it is.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from deepbench_core import board, compare, gaps, paths
from deepbench_core.filters import AXES, Filters, label
from deepbench_core.selection import select
from deepbench_core.statistics import Estimate, estimate, pass_at_k_array
from deepbench_core.store import Store
from deepbench_core.taxonomy import Difficulty

BY_HAND = "<!-- Below: written by hand, kept by benchmarks/findings.py -->"
SUITE = Filters(suite="deepbench")
LARGE = 12  # most pairs and categories to list


def main() -> None:
    """Write the document."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--results", type=Path, default=paths.results_dir())
    parser.add_argument("--out", type=Path, default=Path("docs/findings.md"))
    chosen = parser.parse_args()
    store = Store(chosen.results, [paths.problems_dir() / SUITE.suite])
    kept = chosen.out.read_text(encoding="utf-8").partition(BY_HAND)[2] if chosen.out.is_file() else ""
    text = "\n\n".join(part for section in SECTIONS for part in section(store))
    chosen.out.write_text(f"{text}\n\n{BY_HAND}{kept or chr(10)}", encoding="utf-8")
    print(f"{chosen.out}: written")


def overall(store: Store) -> Iterator[str]:
    """The board, and which of its differences are real."""
    found = board.leaderboard(store, SUITE)
    yield "# Findings"
    yield (
        f"What is in `results/`, over the {found.total} problems of the suite: models that run on a laptop without a "
        "key, asked and judged by DeepBench itself. In brackets: 95% intervals over problems. Written by "
        "`benchmarks/findings.py`; everything here can be clicked through in the app (`make app`)."
    )
    yield f"**{found.sentence}**" if found.sentence else "No model has answered enough problems to be ranked."
    rows = [
        (
            r["rank"] or "–",
            r["model"],
            settings(r["parameters"]),
            percent(Estimate(r["pass@1"], r["low"], r["high"], r["problems"])),
            f"{r['problems']} of {found.total}",
            number(r["tokens"], ".0f"),
            number(r["latency"], ".1f"),
            ", ".join(r["badges"]) or "–",
        )
        for r in found.frame.to_dict("records")
    ]
    yield table(("rank", "model", "asked with", "pass@1", "problems", "tokens", "seconds a call", "notes"), rows)
    pairs = compare.matrix(store, SUITE).frame()
    yield "## What is within noise"
    if not len(pairs):
        yield "There are no two complete rows to compare."
        return
    yield (
        "All pairs of complete rows on the problems that both answered, p corrected for their number (Holm). A p of "
        "0.05 or more: these models can't be told apart with these problems."
    )
    yield table(
        ("pair", "difference in points", "p", "problems"),
        [
            (f"{p.a} − {p.b}", points(p.difference, p.low, p.high), small(p.holm), f"{p.n}")
            for p in list(pairs.itertuples())[:LARGE]
        ],
    )


def by_axis(store: Store) -> Iterator[str]:
    """Rates by stage, task, modality and difficulty, with what the gaps are worth."""
    yield "## What they can and can't do"
    for axis in (*AXES, "difficulty"):
        found = gaps.gap(store, SUITE, axis)
        models = [m for m in found.models if m.complete] or list(found.models)
        head = (axis, "problems", *(m.name for m in models))
        rows = [
            (
                label(axis, group.value),
                str(group.total),
                *(percent(m.groups[i].estimate) + (" (few)" if m.groups[i].thin else "") for m in models),
            )
            for i, group in enumerate(found.overall.groups)
        ]
        yield f"### By {axis}"
        yield table(head, rows)
        if axis != "difficulty":
            yield "\n".join(f"- {m.sentence}" for m in (*models, *([found.overall] if models[1:] else ())))


def errors(store: Store) -> Iterator[str]:
    """How samples ended, and what was wrong with those that failed."""
    yield "## How they fail"
    chosen = select(store, SUITE)
    complete = sorted(np.flatnonzero(chosen.complete), key=lambda i: -float(np.nanmean(chosen.scores[i])))
    names = [chosen.labels[i] for i in complete]
    runs = {run: chosen.labels[i] for i in complete for run in chosen.entries[i].run_ids}
    for title, column, value, source in (
        ("How the samples of complete rows ended:", "verdict", "verdict", "results"),
        (
            "What was wrong, by the automatic diagnosis (docs/diagnosis.md says how far to trust it):",
            "category",
            "coalesce(category, 'not determined')",
            "(from results where verdict <> 'passed') join diagnoses using (run_id, problem_id, sample)",
        ),
    ):
        counted = store.rows(
            f"""
            select {value} as value, run_id, count(*) as n from {source}
            where suite = $1 and list_contains($2, run_id) and ranked and not stale
            group by all
            """,
            [SUITE.suite, list(runs)],
        )
        cells: Counter[tuple[str, str]] = Counter()
        for row in counted:
            cells[row["value"], runs[row["run_id"]]] += row["n"]
        totals = {m: sum(n for (_, model), n in cells.items() if model == m) for m in names}
        values = sorted({v for v, _ in cells}, key=lambda v: (-sum(cells[v, m] for m in names), v))
        shown = [
            (label(column, v).replace("-", " "), *(share(cells[v, m], totals[m]) for m in names))
            for v in values[:LARGE]
        ]
        yield title
        yield table((column, *(f"{m} (n = {totals[m]})" for m in names)), shown)


def more_samples(store: Store) -> Iterator[str]:
    """pass@k of the rows with several samples."""
    yield "## How more samples help"
    chosen = select(store, Filters(suite=SUITE.suite, complete=False))
    found = False
    for i, entry in enumerate(chosen.entries):
        most = int(chosen.n[i].max())
        if most < 2:
            continue
        found = True
        answered = chosen.n[i] == most
        rates = [estimate(pass_at_k_array(chosen.n[i][answered], chosen.c[i][answered], k)) for k in range(1, most + 1)]
        yield f"{entry.model}, {settings(entry.parameters)}, on {int(answered.sum())} problems:"
        yield table([f"pass@{k}" for k in range(1, most + 1)], [[percent(rate) for rate in rates]])
        for j, other in enumerate(chosen.entries):
            if other.model == entry.model and int(chosen.n[j].max()) == 1:
                yield f"Beside its one answer at temperature 0: {compare.pair_of(chosen, i, j).sentence}"
    if not found:
        yield "No row has more than one sample a problem."


def hardness(store: Store) -> Iterator[str]:
    """Which problems nobody and everybody solves."""
    chosen = select(store, SUITE)
    complete = chosen.scores[chosen.complete]
    if not len(complete):
        return
    solved = (complete > 0).sum(axis=0)
    counts = {k: int((solved == k).sum()) for k in range(len(complete) + 1)}
    words = ", ".join(f"{n} by {k}" for k, n in counts.items())
    yield f"Of {chosen.total} problems, solved by how many of the {len(complete)} complete rows: {words}."
    by_guess = chosen.problems["difficulty"].to_numpy()
    rows = [
        (kind.label, str(int((by_guess == kind.value).sum())), *(str(int((solved[by_guess == kind.value] == k).sum()))
         for k in counts))
        for kind in Difficulty
    ]  # fmt: skip
    yield table(("difficulty", "problems", *(f"solved by {k}" for k in counts)), rows)


SECTIONS = (overall, by_axis, hardness, errors, more_samples)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def percent(found: Estimate) -> str:
    if not found.n:
        return "–"
    return f"{100 * found.value:.1f}% [{number(100 * found.low, '.0f')}, {number(100 * found.high, '.0f')}]"


def points(value: float, low: float, high: float) -> str:
    return f"{100 * value:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"


def number(value: Any, form: str) -> str:
    return "–" if value is None or value != value else format(float(value), form)


def small(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def share(n: int, total: int) -> str:
    return f"{n} ({100 * n / total:.0f}%)" if total else "–"


def settings(parameters: str) -> str:
    return parameters.strip("{}").replace('"', "").replace(": ", " ")


if __name__ == "__main__":
    main()
