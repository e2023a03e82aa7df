"""What a page is narrowed to: one value that travels between widgets, queries and the page's address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from deepbench_core.categories import Category, Facet
from deepbench_core.openness import openness
from deepbench_core.taxonomy import AXES, Difficulty, Integrity, Labelled, Openness, ReviewState, Verdict

if TYPE_CHECKING:
    from deepbench_core.store import Store

DEFAULT_SUITE = "deepbench"

# Slug columns of the store with the vocabulary that gives them readable names.
LABELS: dict[str, type[Labelled]] = {
    **AXES,
    "difficulty": Difficulty,
    "review": ReviewState,
    "verdict": Verdict,
    "openness": Openness,
    "category": Category,
    "facet": Facet,
}
UNDETERMINED = "undetermined"  # stands beside the categories: a failure of which nothing says why
PROBLEM_FIELDS = ("stage", "task", "modality", "library", "perturbation", "difficulty", "environment", "review")


@dataclass(frozen=True)
class Filters:
    """Empty means all. Every field is a parameter of the address with the field's name and readable values."""

    suite: str = ""
    stage: tuple[str, ...] = ()
    task: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    library: tuple[str, ...] = ()
    perturbation: tuple[str, ...] = ()
    difficulty: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    technique: tuple[str, ...] = ()
    openness: tuple[str, ...] = ()  # of the models' weights
    verdict: tuple[str, ...] = ()
    category: tuple[str, ...] = ()  # why a sample failed
    facet: tuple[str, ...] = ()
    only_problem: str = ""  # one problem's id
    search: str = ""
    complete: bool = True  # rank only rows that answered 95% of the problems
    faults: bool = False  # count the harness's and provider's faults as failures

    def to_query(self) -> dict[str, list[str]]:
        """Parameters of an address; what is at its default is left out."""
        query: dict[str, list[str]] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if value == f.default:
                continue
            values = value if isinstance(value, tuple) else (value,)
            query[f.name] = [str(v).lower() if isinstance(v, bool) else label(f.name, v) for v in values]
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, str | Sequence[str]], vocabulary: Vocabulary | None = None) -> Filters:
        """Read an address: slugs or readable names; what is unknown falls back to the default."""
        found: dict[str, Any] = {}
        for f in fields(cls):
            raw = query.get(f.name, ())
            values = [raw] if isinstance(raw, str) else list(raw)
            if not values:
                continue
            if isinstance(f.default, bool):
                found[f.name] = {"true": True, "false": False}.get(values[-1].lower(), f.default)
            elif isinstance(f.default, tuple):
                found[f.name] = tuple(dict.fromkeys(_known(f.name, values, vocabulary)))
            elif f.name in ("search", "only_problem"):
                found[f.name] = values[-1]
            elif known := list(_known(f.name, values, vocabulary)):
                found[f.name] = known[-1]
        return cls(**found)

    def admits(self, model: str, technique: str) -> bool:
        """Whether a row of the board with this model and technique is within the filters."""
        return (
            (not self.model or model in self.model)
            and (not self.technique or technique in self.technique)
            and (not self.openness or openness(model) in self.openness)
            and self.search.lower() in model.lower()
        )

    def problem_where(self, alias: str = "") -> tuple[list[str], list[Any]]:
        """Conditions and parameters on the columns that label a problem, for SQL."""
        prefix = f"{alias}." if alias else ""
        where, params = [], []
        for name in PROBLEM_FIELDS:
            if chosen := getattr(self, name):
                where.append(f"list_contains(?, {prefix}{name})")
                params.append(list(chosen))
        return where, params


@dataclass(frozen=True)
class Vocabulary:
    """What there is to choose from, as far as problems and published runs know."""

    suites: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    pseudo_models: tuple[str, ...] = ()  # never ranked
    techniques: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()  # of imported suites whose benchmark names them, like the next
    perturbations: tuple[str, ...] = ()
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def default_suite(self) -> str:
        """The project's own suite where it is there, else the first."""
        return DEFAULT_SUITE if DEFAULT_SUITE in self.suites else next(iter(self.suites), "")

    def options(self, name: str) -> tuple[str, ...]:
        """The values that a filter may take, in the order to show them."""
        if name in _CLOSED:
            return _members(name)
        known = {
            "suite": self.suites,
            "model": self.models + self.pseudo_models,
            "technique": self.techniques,
            "environment": self.environments,
            "review": self.reviews,
            "difficulty": self.difficulties,
            "library": self.libraries,
            "perturbation": self.perturbations,
        }
        return known[name]


_CLOSED = ("stage", "task", "modality", "verdict", "openness", "category", "facet")


def vocabulary(store: Store) -> Vocabulary:
    """What there is to choose from."""

    def column(sql: str) -> tuple[str, ...]:
        return tuple(row["v"] for row in store.rows(f"select distinct v from ({sql}) where v is not null order by v"))

    def ordered(kind: type[Labelled], present: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(m.value for m in kind if m.value in present)

    models = column("select model as v from runs where ranked or source <> 'run'")
    return Vocabulary(
        suites=column("select suite as v from problems union all select suite from runs"),
        models=models,
        pseudo_models=tuple(m for m in column("select model as v from runs") if m not in models),
        techniques=column("select technique as v from runs where ranked or source = 'imported'"),
        environments=column("select environment as v from problems"),
        reviews=ordered(ReviewState, column("select review as v from problems")),
        libraries=column("select library as v from problems"),
        perturbations=column("select perturbation as v from problems"),
        difficulties=ordered(Difficulty, column("select difficulty as v from problems")),
    )


def label(name: str, value: str) -> str:
    """Readable name of a value of a filter or column; the value itself where it has none."""
    if name == "integrity":
        return {Integrity.SPLIT.value: "split judge", Integrity.IN_PROCESS.value: "in-process"}.get(value, value)
    if name == "category" and value == UNDETERMINED:
        return "Not determined"
    kind = LABELS.get(name)
    return kind(value).label if kind and value in set(kind) else value


def _known(name: str, values: Iterable[str], vocabulary: Vocabulary | None) -> Iterable[str]:
    options = _members(name) if name in LABELS else vocabulary and vocabulary.options(name)
    by_name = {label(name, v): v for v in options or ()} | {v: v for v in options or ()}
    return [by_name[v] for v in values if v in by_name] if options is not None else list(values)


def _members(name: str) -> tuple[str, ...]:
    """The values of a closed vocabulary."""
    return (*(m.value for m in LABELS[name]), *((UNDETERMINED,) if name == "category" else ()))
