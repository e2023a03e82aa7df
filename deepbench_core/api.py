"""What the pages show as plain data, one function a page: dictionaries, lists, strings, numbers, None for unknown.

The app serves them as JSON beside itself, at `/api/<name>`; the parameters are those of the pages' own addresses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from deepbench_core import (
    board,
    browse,
    causes,
    compare,
    failures,
    filters,
    gaps,
    lens,
    pairs,
    published,
    review,
    weights,
)
from deepbench_core.annotations import Kind, RaterKind
from deepbench_core.browse import SampleKey
from deepbench_core.errors import UserError
from deepbench_core.filters import Filters

if TYPE_CHECKING:
    from deepbench_core.store import Store

MOST = 1000  # rows of one answer; `offset` goes on

Query = Mapping[str, Sequence[str]]
Answer = dict[str, Any]


def answer(store: Store, name: str, query: Query) -> Answer:
    """One page's data. Raises UserError for an unknown name, or for parameters that make no sense."""
    try:
        ask = ENDPOINTS[name]
    except KeyError:
        raise UserError(f"no such data; there is {', '.join(ENDPOINTS)}") from None
    found: Answer = plain(ask(store, query))
    return found


def leaderboard(store: Store, query: Query) -> Answer:
    """The board: rows best first, and what it says in words."""
    chosen, since = _filters(store, query), _day(query, "since")
    given = weights.parse(query.get("weights", ()))
    newer = (_one(query, "newer") or "false").lower() == "true"
    found = board.leaderboard(store, chosen, weights=given, since=since if newer else None)
    answer: Answer = {
        "suite": chosen.suite,
        "problems": found.total,
        "sentence": found.sentence,
        "lead": found.lead,
        "weights": given,
        "rows": found.frame.to_dict("records"),
    }
    if since:
        splits = lens.contamination(store, chosen, since)
        answer["before_and_since"] = {
            "day": since,
            "sentence": lens.contamination_sentence(splits, since),
            "rows": [{"model": s.entry.model, "before": s.before, "since": s.since, "drop": s.drop} for s in splits],
        }
    return answer


def gaps_(store: Store, query: Query) -> Answer:
    """Stage, task, modality, and library where it is known: every model's groups and gap, and stage × task."""
    chosen = _filters(store, query)
    found: Answer = {}
    for axis in gaps.axes_of(store, chosen):
        one = gaps.gap(store, chosen, axis)
        found[axis] = {"groups": one.frame().to_dict("records"), "gaps": one.summary().to_dict("records")}
    cells = gaps.drill(store, chosen, ("stage", "task")).to_dict("records")
    return {"suite": chosen.suite, "axes": found, "stage_by_task": cells}


def compare_(store: Store, query: Query) -> Answer:
    """Two rows, `a` and `b`: the difference, and the problems one by one."""
    chosen = _filters(store, query)
    a, b = _one(query, "a"), _one(query, "b")
    if not a or not b:
        raise UserError("name two models: ?a=…&b=…")
    found = compare.pair(store, chosen, a, b)
    table = pairs.problems(store, chosen, found)
    columns = ["id", "title", "stage", "task", "modality", "outcome", "a", "b"]
    simple = {f.name: getattr(found, f.name) for f in fields(found) if not f.name.startswith("entry_")}
    return simple | {"problems": table[columns].to_dict("records"), "by_axis": pairs.by_axis(table)}


def matrix(store: Store, query: Query) -> Answer:
    """All pairs of the board with Holm's correction."""
    found = compare.matrix(store, _filters(store, query))
    return {"models": list(found.names), "ranks": list(found.ranks), "pairs": found.frame().to_dict("records")}


def across(store: Store, query: Query) -> Answer:
    """The same models on two suites, `from` and `to`, and what papers state of theirs."""
    given = [_one(query, "from"), _one(query, "to")]
    answer: Answer = {
        "published": [
            {"model": d.model, d.a.benchmark: d.a.rate, d.b.benchmark: d.b.rate, "drop": d.value, "source": d.a.source}
            for d in published.drops()
        ],
        "published_gaps": list(published.gaps()),
    }
    if given[0] and given[1]:
        found = compare.across(store, given[0], given[1], _filters(store, query))
        answer |= {"sentence": found.sentence, "rows": found.frame().to_dict("records")}
    return answer


def problems(store: Store, query: Query) -> Answer:
    """The problems with their labels, and how many models solve each."""
    chosen = _filters(store, query)
    table = browse.problem_table(store, chosen)
    start = _number(query, "offset")
    return {"suite": chosen.suite, "total": len(table), "rows": table[start : start + MOST].to_dict("records")}


def failures_(store: Store, query: Query) -> Answer:
    """Samples within the filters; without a verdict chosen those that did not pass."""
    chosen = _filters(store, query, any_suite=True)
    limit = min(_number(query, "limit") or 100, MOST)
    rows = failures.listed(store, chosen, limit=limit, offset=_number(query, "offset"))
    counts = failures.by_verdict(store, chosen)
    return {"total": sum(counts.values()), "verdicts": counts, "rows": rows.to_dict("records")}


def sample(store: Store, query: Query) -> Answer:
    """One sample, `run`, `problem` and `sample`, with its texts and tests."""
    run, problem = _one(query, "run"), _one(query, "problem")
    if not run or not problem:
        raise UserError("name a sample: ?run=…&problem=…&sample=0")
    found = browse.sample(store, SampleKey(run, problem, _number(query, "sample")))
    if found is None:
        raise UserError("no such sample")
    item = review.item_of(found)
    said = [a.as_row() for a in review.public(store, item)] if item else []
    answer: Answer = {"row": found.row, "texts": found.texts, "tests": found.tests, "evidence": found.evidence}
    return answer | {"diagnosis": found.diagnosis.as_row() if found.diagnosis else None, "annotations": said}


def causes_(store: Store, query: Query) -> Answer:
    """What the failures are, `by` model, stage, task or modality; with `a` and `b` how these two models differ."""
    chosen = _filters(store, query, any_suite=True)
    found = causes.tally(store, chosen)
    a, b = _one(query, "a"), _one(query, "b")
    answer: Answer = {
        "categories": found.categories(),
        "facets": found.facets(),
        "rows": found.mix(_one(query, "by") or "model").rows(),
    }
    if a and b:
        answer["contrast"] = causes.contrast(store, chosen, a, b)
    return answer


def review_(store: Store, query: Query) -> Answer:
    """How far reviewing is; of `kind` sample or problem. Single answers stay hidden until two have rated an item."""
    kind = _kind(query)
    nobody = review.Rater("")
    found = review.entries(store, nobody, kind, _filters(store, query, any_suite=kind == "sample"))
    start = _number(query, "offset")
    complete = [e for e in found if e.raters >= review.WANTED or e.settled]
    rows = [
        {"item": e.item._asdict(), "title": e.title, "differ": e.differ, "settled": e.settled}
        | {"answers": [a.as_row() for a in review.public(store, e.item)]}
        for e in complete[start : start + MOST]
    ]
    state = review.progress(found, nobody)
    return {"total": state.total, "finished": state.finished, "differ": state.differ, "rows": rows}


def agreement_(store: Store, query: Query) -> Answer:
    """Agreement of raters, `of` person, model or elsewhere, on `kind` sample or problem; the machine's with them."""
    kind = _kind(query)
    given = _one(query, "of")
    of: RaterKind = given if given in ("model", "elsewhere") else "person"  # type: ignore[assignment]
    question = _one(query, "question") or ("category" if kind == "sample" else "prompt_complete")
    found = review.agree(store, kind, of, question=question)
    answer: Answer = {
        "sentence": found.sentence,
        "items": found.alpha.n,
        "krippendorff_alpha": found.alpha,
        "observed": found.observed,
        "cohen_kappa": [{"a": a, "b": b, "kappa": kappa} for a, b, kappa in found.pairs],
        "by_label": list(found.by_label),
    }
    if kind == "sample":
        machine = review.machine(store, of, question=question)
        answer["machine"] = {"kappa": machine.kappa, "same": machine.right, "undetermined": machine.undetermined}
    return answer


def runs(store: Store, query: Query) -> Answer:
    """The published runs; with `run` one whole manifest."""
    if run := _one(query, "run"):
        whole: Answer = store.manifest(run).model_dump(mode="json")
        return whole
    rows = store.rows("select * exclude (folder, problem_ids) from runs order by finished_at desc nulls last, run_id")
    return {"rows": rows}


ENDPOINTS: dict[str, Callable[[Store, Query], Answer]] = {
    "leaderboard": leaderboard,
    "gaps": gaps_,
    "compare": compare_,
    "matrix": matrix,
    "benchmarks": across,
    "problems": problems,
    "failures": failures_,
    "sample": sample,
    "causes": causes_,
    "review": review_,
    "agreement": agreement_,
    "runs": runs,
}


def plain(value: Any) -> Any:
    """The same as what JSON knows; NaN and infinite numbers are None."""
    if value is None or isinstance(value, str | bool | int):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Sequence | np.ndarray | set | frozenset):
        return [plain(v) for v in value]
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, date | datetime):
        return value.isoformat() if value == value else None  # NaT equals nothing
    return None if value != value else str(value)


def _filters(store: Store, query: Query, *, any_suite: bool = False) -> Filters:
    words = filters.vocabulary(store)
    chosen = Filters.from_query(query, words)
    if chosen.suite or any_suite:
        return chosen
    return Filters.from_query({**query, "suite": [words.default_suite]}, words)


def _kind(query: Query) -> Kind:
    given = _one(query, "kind") or "sample"
    if given not in ("sample", "problem"):
        raise UserError("kind is sample or problem")
    return "problem" if given == "problem" else "sample"


def _one(query: Query, name: str) -> str:
    return next(iter(query.get(name, ())), "")


def _number(query: Query, name: str) -> int:
    text = _one(query, name) or "0"
    if not text.isdecimal() or len(text) > 9:
        raise UserError(f"{name} is not a whole number")
    return int(text)


def _day(query: Query, name: str) -> date | None:
    text = _one(query, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"{name} is not a date like 2026-11-01") from None
