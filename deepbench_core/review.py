"""Reviewing: what is still to rate and by whom, what one rater may see of the others, and how far they agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from deepbench_core import agreement, browse, failures
from deepbench_core.annotations import QUESTIONS, Annotation, Item, Kind, RaterKind, retraction, write
from deepbench_core.categories import Category, Facet
from deepbench_core.errors import UserError
from deepbench_core.filters import Filters
from deepbench_core.statistics import Estimate

if TYPE_CHECKING:
    from deepbench_core.store import Store

WANTED = 2  # raters of each item
MOST = 2000  # items of one queue; nobody rates more in a row, and the order is the same for all
Task = Literal["rate", "settle", "done", "wait"]


@dataclass(frozen=True)
class Rater:
    """Who answers."""

    name: str
    expert: bool = False
    kind: RaterKind = "person"


@dataclass(frozen=True)
class Entry:
    """One item as one rater meets it."""

    item: Item
    title: str
    model: str  # empty for a problem
    verdict: str
    raters: int  # who answered it, of the rater's own kind, the rater included
    mine: bool
    differ: bool
    settled: bool
    role: str  # in which the rater answered; empty before

    def task(self, rater: Rater) -> Task:
        """What this rater has to do here."""
        if self.mine:
            return "done"
        if self.settled:
            return "wait"
        if self.raters < WANTED:
            return "rate"
        return "settle" if self.differ and rater.expert else "wait"


@dataclass(frozen=True)
class Progress:
    """How far a queue is."""

    total: int
    mine: int
    todo: int
    finished: int  # rated by two who agree, or settled
    differ: int  # rated by two who do not, and not settled


def item_of(found: browse.Sample) -> Item | None:
    """A sample as something to rate; None for one that passed."""
    row = found.row
    place = (row["suite"], row["problem_id"], row["run_id"], row["sample"], row["code_hash"] or "")
    return None if row["passed"] else Item("sample", *place)


def entries(store: Store, rater: Rater, kind: Kind, filters: Filters) -> list[Entry]:
    """Everything that can be rated within the filters, always in the same shuffled order.

    Shuffled, so that whoever stops early leaves a fair sample; the same for all, so that raters meet.
    """
    rows = _samples(store, rater, filters) if kind == "sample" else _problems(store, rater, filters)
    return [
        Entry(
            Item(kind, r["suite"], r["problem_id"], r["run_id"], r["sample"], r["content"]),
            r["title"] or r["problem_id"],
            r["model"],
            r["verdict"],
            r["raters"],
            r["role"] != "",
            r["differ"],
            r["settled"],
            r["role"],
        )
        for r in rows
    ]


def progress(found: Sequence[Entry], rater: Rater) -> Progress:
    """Counts of a queue."""
    tasks = [e.task(rater) for e in found]
    finished = sum(e.settled or (e.raters >= WANTED and not e.differ) for e in found)
    differ = sum(e.differ and not e.settled and e.raters >= WANTED for e in found)
    todo = sum(t in ("rate", "settle") for t in tasks)
    return Progress(len(found), sum(e.mine for e in found), todo, finished, differ)


def next_to_do(found: Sequence[Entry], rater: Rater, after: Item | None = None) -> Entry | None:
    """The next item with something to do, going round at the end. An expert settles before rating anew."""
    start = next((i + 1 for i, e in enumerate(found) if e.item == after), 0)
    rest = [*found[start:], *found[:start]]
    order: tuple[Task, ...] = ("settle", "rate") if rater.expert else ("rate",)
    return next((e for task in order for e in rest if e.item != after and e.task(rater) == task), None)


def mine(store: Store, item: Item, rater: Rater) -> Annotation | None:
    """The rater's own answer that counts."""
    found = [a for a in _answers(store, item) if a.rater == rater.name and a.rater_kind == rater.kind]
    return found[0] if found else None


def others(store: Store, item: Item, rater: Rater) -> list[Annotation]:
    """What the others said, as far as this rater may see it: nothing before two have answered, the rater among them.

    An expert who is to settle sees the raters' answers, but only where there are two that differ.
    """
    found = _answers(store, item)
    own = any(a.rater == rater.name and a.rater_kind == rater.kind for a in found)
    rest = [a for a in found if a.rater != rater.name or a.rater_kind != rater.kind]
    raters = [a for a in found if a.rater_kind == rater.kind]
    if own and len(raters) >= WANTED:
        return rest
    settles = rater.expert and len(raters) >= WANTED and len({_verdict_of(a) for a in raters}) > 1
    return rest if settles else []


def public(store: Store, item: Item) -> list[Annotation]:
    """What anybody may see: the answers of those kinds of raters of whom two have answered, and published labels."""
    found = _answers(store, item)
    seen = {kind for kind in ("person", "model") if sum(a.rater_kind == kind for a in found) >= WANTED}
    return [a for a in found if a.rater_kind in seen | {"elsewhere"}]


def submit(store: Store, results: Path, answer: Annotation) -> Path:
    """Keep an answer. Raises UserError where the rater may not give it."""
    rater = Rater(answer.rater, answer.role == "expert", answer.rater_kind)
    before = mine(store, answer.item, rater)
    if answer.role == "expert" and answer.kind == "sample":
        if before is not None and before.role == "rater":
            raise UserError("whoever rated a sample can't settle it too; ask another expert")
        raters = [a for a in _answers(store, answer.item) if a.role == "rater" and a.rater_kind == answer.rater_kind]
        if len(raters) < WANTED:
            raise UserError("there is nothing to settle before two have rated it")
    return write(results, [answer])


def undo(store: Store, results: Path, rater: Rater) -> Item | None:
    """Take the rater's latest answer back and return its item; None when there is none."""
    rows = store.rows(
        "select * from answers where rater = ? and rater_kind = ? order by time desc, id limit 1",
        [rater.name, rater.kind],
    )
    if not rows:
        return None
    last = Annotation(**rows[0])
    write(results, [retraction(last)])
    return last.item


@dataclass(frozen=True)
class Table:
    """Labels of one kind of rater: items × raters, and what belongs to each item."""

    raters: tuple[str, ...]
    items: tuple[Item, ...]
    labels: tuple[tuple[str | None, ...], ...]

    def column(self, rater: str) -> list[str | None]:
        return [row[self.raters.index(rater)] for row in self.labels]

    @property
    def clusters(self) -> list[str]:
        """Failures of one problem hang together."""
        return [f"{i.suite}/{i.problem}" for i in self.items]

    @property
    def rated_twice(self) -> int:
        return sum(sum(v is not None for v in row) >= WANTED for row in self.labels)


def table(
    store: Store, kind: Kind, rater_kind: RaterKind, *, question: str = "category", only_blind: bool = True
) -> Table:
    """Who said what, experts' settling left out; `question` is category or facet, or of problems one of QUESTIONS.

    Only items that two have rated: whoever looks at agreement learns nothing of an answer that is still alone.
    """
    known = ("category", "facet") if kind == "sample" else tuple(QUESTIONS)
    if question not in known:
        raise UserError(f"no question {question!r}; there is {', '.join(known)}")
    rows = store.rows(
        f"""
        select suite, problem_id, run_id, sample, content, rater, cast({question} as varchar) as label
        from answers where kind = ? and rater_kind = ? and (role = 'rater' or kind = 'problem') and (blind or ?)
        qualify count(*) over (partition by suite, problem_id, run_id, sample, content) >= {WANTED}
        order by suite, problem_id, run_id, sample, content, rater
        """,
        [kind, rater_kind, not only_blind],
    )
    raters = tuple(sorted({r["rater"] for r in rows}))
    by_item: dict[Item, dict[str, str | None]] = {}
    for r in rows:
        item = Item(kind, r["suite"], r["problem_id"], r["run_id"], r["sample"], r["content"])
        by_item.setdefault(item, {})[r["rater"]] = r["label"]
    labels = tuple(tuple(given.get(name) for name in raters) for given in by_item.values())
    return Table(raters, tuple(by_item), labels)


@dataclass(frozen=True)
class Agreement:
    """How far raters of one kind agree on one question."""

    table: Table
    alpha: Estimate
    observed: Estimate
    pairs: tuple[tuple[str, str, Estimate], ...]  # two raters and their kappa, most items first
    by_label: tuple[agreement.OfLabel, ...]

    @property
    def sentence(self) -> str:
        n, kappa = self.alpha.n, self.pairs[0][2] if self.pairs else None
        if not n:
            return "No item has been rated by two yet."
        share = f"{len(self.table.raters)} raters gave the same answer in {100 * self.observed.value:.0f}% of pairs"
        if kappa is None or not kappa.defined:
            return f"{share} on {n} items; with a single answer in use, chance would do as well."
        words = agreement.in_words(kappa.value if len(self.table.raters) == 2 else self.alpha.value)
        return f"{share} on {n} items: {words} agreement beyond chance."


def agree(
    store: Store, kind: Kind, rater_kind: RaterKind, *, question: str = "category", only_blind: bool = True
) -> Agreement:
    """Agreement among raters of one kind."""
    found = table(store, kind, rater_kind, question=question, only_blind=only_blind)
    pairs = [
        (a, b, agreement.cohen(found.column(a), found.column(b), clusters=found.clusters))
        for i, a in enumerate(found.raters)
        for b in found.raters[i + 1 :]
    ]
    pairs = sorted((p for p in pairs if p[2].n), key=lambda p: -p[2].n)
    return Agreement(
        found,
        agreement.krippendorff_alpha(found.labels, clusters=found.clusters),
        agreement.observed(found.labels, clusters=found.clusters),
        tuple(pairs),
        tuple(agreement.by_label(found.labels, answers_to(question), clusters=found.clusters)),
    )


def answers_to(question: str) -> tuple[str, ...]:
    """What may be answered, in the order to show it."""
    known: dict[str, Callable[[], tuple[str, ...]]] = {
        "category": lambda: tuple(c.value for c in Category),
        "facet": lambda: tuple(f.value for f in Facet),
    }
    return known.get(question, lambda: ("true", "false"))()


@dataclass(frozen=True)
class Machine:
    """The machine's diagnoses against what raters of one kind agreed on or an expert settled."""

    labels: tuple[tuple[str, str], ...]  # raters', machine's
    kappa: Estimate
    right: Estimate
    undetermined: int  # rated, but the machine does not say
    of: tuple[Item, ...]


def machine(store: Store, rater_kind: RaterKind, *, question: str = "category") -> Machine:
    """How far the machine says the same as people (or as models)."""
    if question not in ("category", "facet"):
        raise UserError(f"the machine answers category and facet, not {question!r}")
    rows = store.rows(
        f"""
        select r.suite, r.problem_id, r.run_id, r.sample, r.content, r.{question} as said, d.{question} as machine
        from ratings r join samples s using (run_id, problem_id, sample)
        join diagnoses d on d.run_id = s.run_id and d.problem_id = s.problem_id and d.sample = s.sample
            and d.code_hash is not distinct from s.code_hash and d.problem_hash is not distinct from s.problem_hash
        where r.rater_kind = ? and r.{question} is not null and r.content = coalesce(s.code_hash, '')
        order by all
        """,
        [rater_kind],
    )
    known = [r for r in rows if r["machine"] is not None]
    said, machines = [r["said"] for r in known], [r["machine"] for r in known]
    clusters = [f"{r['suite']}/{r['problem_id']}" for r in known]
    items = tuple(Item("sample", r["suite"], r["problem_id"], r["run_id"], r["sample"], r["content"]) for r in known)
    return Machine(
        tuple(zip(said, machines, strict=True)),
        agreement.cohen(said, machines, clusters=clusters),
        agreement.observed(list(zip(said, machines, strict=True)), clusters=clusters),
        len(rows) - len(known),
        items,
    )


def _answers(store: Store, item: Item) -> list[Annotation]:
    rows = store.rows(
        """
        select * from answers
        where kind = ? and suite = ? and problem_id = ? and run_id = ? and sample = ? and content = ?
        order by time, id
        """,
        list(item),
    )
    return [Annotation(**row) for row in rows]


def _verdict_of(answer: Annotation) -> tuple[Any, ...]:
    """What two answers must share to be the same."""
    return (answer.category,) if answer.kind == "sample" else tuple(getattr(answer, q) for q in QUESTIONS)


def _samples(store: Store, rater: Rater, filters: Filters) -> list[dict[str, Any]]:
    failing = replace(filters, verdict=filters.verdict or FAILING)
    found, where, params = failures.within(store, failing)
    return store.rows(
        f"""
        with failed as (
            select suite, problem_id, run_id, sample, coalesce(code_hash, '') as content, title, model, verdict
            from {found} where {where} and scored and not passed and not stale
        )
        select f.*, coalesce(r.raters, 0) as raters, coalesce(r.differ, false) as differ,
               coalesce(r.settled, false) as settled, coalesce(a.role, '') as role
        from failed f
        left join ratings r on r.rater_kind = ? and r.run_id = f.run_id and r.problem_id = f.problem_id
            and r.sample = f.sample and r.content = f.content
        left join answers a on a.kind = 'sample' and a.rater = ? and a.rater_kind = ? and a.run_id = f.run_id
            and a.problem_id = f.problem_id and a.sample = f.sample and a.content = f.content
        order by md5(concat_ws('/', f.run_id, f.problem_id, f.sample)) limit {MOST}
        """,
        [*params, rater.kind, rater.name, rater.kind],
    )


FAILING = ("failed", "error", "timeout", "out-of-memory", "no-code", "crashed")


def _problems(store: Store, rater: Rater, filters: Filters) -> list[dict[str, Any]]:
    where, params = filters.problem_where("p")
    if filters.suite:
        where.append("p.suite = ?")
        params.append(filters.suite)
    if filters.only_problem:
        where.append("p.id = ?")
        params.append(filters.only_problem)
    for word in filters.search.lower().split():
        where.append("contains(lower(concat_ws(' ', p.id, p.title)), ?)")
        params.append(word)
    return store.rows(
        f"""
        with said as (
            select suite, problem_id, content, count(*) as raters, bool_or(signed) as signed,
                   count(distinct (in_deep_learning, labels_right, prompt_complete, tests_fair)) > 1 as differ,
                   max(case when rater = ? then role end) as role
            from answers where kind = 'problem' and rater_kind = ? group by all
        )
        select p.suite, p.id as problem_id, '' as run_id, -1 as sample, p.content, p.title, '' as model,
               p.review as verdict, coalesce(s.raters, 0) as raters, coalesce(s.differ, false) as differ,
               coalesce(s.signed, false) as settled, coalesce(s.role, '') as role
        from problems p left join said s on s.suite = p.suite and s.problem_id = p.id and s.content = p.content
        where {" and ".join(where) or "true"}
        order by md5(concat_ws('/', p.suite, p.id)) limit {MOST}
        """,
        [rater.name, rater.kind, *params],
    )
