"""What people (and models) say of failures and problems: append-only rows beside the results.

Each answer is a Parquet file of its own in `<results>/annotations/`, written once under a name that never existed.
Nothing is overwritten: another answer of the same rater supersedes the earlier one, and undo is a later row that
retracts. What counts then is in the views that `VIEWS` defines.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from deepbench_core.categories import TAXONOMY_VERSION, Category, Facet
from deepbench_core.errors import StoreError
from deepbench_core.problems import Problem
from deepbench_core.publication import clean_text
from deepbench_core.records import ANNOTATIONS
from deepbench_core.taxonomy import ReviewState

FOLDER = "annotations"
QUESTIONS = {
    "in_deep_learning": "Does it belong to deep learning?",
    "labels_right": "Are stage, task and modality right?",
    "prompt_complete": "Does the prompt tell all that the tests demand?",
    "tests_fair": "Do the tests accept every right solution, and only those?",
}

Kind = Literal["sample", "problem"]
RaterKind = Literal["person", "model", "elsewhere"]  # the last: people whose labels came with imported samples


class Item(NamedTuple):
    """What is rated: a failed sample (`content` is its code's hash), or a problem (`run` empty, `sample` -1)."""

    kind: Kind
    suite: str
    problem: str
    run: str
    sample: int
    content: str


class Annotation(BaseModel):
    """One row: an answer, or the retraction of one. Raises ValueError for what makes no sense."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(default_factory=lambda: uuid.uuid4().hex[:16], pattern=r"^[A-Za-z0-9._-]{1,64}$")
    time: datetime = Field(default_factory=lambda: datetime.now(UTC))
    rater: str = Field(min_length=1, max_length=120)
    rater_kind: RaterKind
    role: Literal["rater", "expert"] = "rater"
    blind: bool = True  # whether neither another's answer nor the machine's was in sight
    taxonomy: int = TAXONOMY_VERSION
    kind: Kind
    suite: str = Field(min_length=1, max_length=120)
    problem_id: str = Field(min_length=1, max_length=120)
    run_id: str = Field(default="", max_length=200)
    sample: int = Field(default=-1, ge=-1)
    content: str = Field(default="", max_length=80)
    retracts: str = ""  # the id of the answer that no longer counts

    category: Category | None = None
    categories: tuple[Category, ...] = ()  # the primary one first
    facet: Facet | None = None
    text: str = Field(default="", max_length=10_000)
    harness_error: bool = False
    wrong_test: bool = False
    lacks_information: bool = False

    in_deep_learning: bool | None = None
    labels_right: bool | None = None
    prompt_complete: bool | None = None
    tests_fair: bool | None = None
    signed: bool = False  # an expert's: the problem is validated
    source: str = Field(default="page", max_length=200)  # the page, or the file that it was read from

    @field_validator("time")
    @classmethod
    def _in_utc(cls, time: datetime) -> datetime:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)

    @field_validator("rater", "text", "source", mode="before")
    @classmethod
    def _tidy(cls, text: Any) -> Any:
        return clean_text(text).strip() if isinstance(text, str) else text

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.kind == "sample" and (not self.run_id or self.sample < 0):
            raise ValueError("a rated sample needs run_id and sample")
        if self.retracts:
            return self
        if self.kind == "sample":
            if self.category is None:
                raise ValueError("which category? (only a tick names one by itself)")
            if self.signed or any(getattr(self, q) is not None for q in QUESTIONS):
                raise ValueError("a sample was rated, but an answer speaks of a problem")
        else:
            if self.category or self.categories or self.facet:
                raise ValueError("a problem was rated, but an answer speaks of a failure")
            if missing := [q for q in QUESTIONS if getattr(self, q) is None]:
                raise ValueError(f"no answer to {missing[0]}")
        if self.signed and not (self.role == "expert" and self.rater_kind == "person"):
            raise ValueError("only an expert, and a person, signs a problem as validated")
        if self.signed and not all(getattr(self, q) for q in QUESTIONS):
            raise ValueError("a problem with an objection can't be signed as validated")
        return self

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        """The category that a tick implies, and the primary category first among all."""
        if not isinstance(given, dict):
            return given
        filled = dict(given)
        if not filled.get("category") and filled.get("kind") == "sample" and not filled.get("retracts"):
            if filled.get("harness_error") or filled.get("wrong_test"):
                filled["category"] = Category.HARNESS
            elif filled.get("lacks_information"):
                filled["category"] = Category.PROMPT
        if primary := filled.get("category"):
            further = [c for c in filled.get("categories") or () if str(c) != str(primary)]
            filled["categories"] = tuple(dict.fromkeys((primary, *further)))
        return filled

    @property
    def item(self) -> Item:
        return Item(self.kind, self.suite, self.problem_id, self.run_id, self.sample, self.content)

    def as_row(self) -> dict[str, Any]:
        """Columns of ANNOTATIONS."""
        row = self.model_dump()
        row["category"] = self.category.value if self.category else None
        row["categories"] = [c.value for c in self.categories]
        row["facet"] = self.facet.value if self.facet else None
        return row


def retraction(of: Annotation | dict[str, Any]) -> Annotation:
    """The row that takes an answer back."""
    row = of.as_row() if isinstance(of, Annotation) else of
    keep = ("rater", "rater_kind", "role", "kind", "suite", "problem_id", "run_id", "sample", "content")
    return Annotation(**{name: row[name] for name in keep}, retracts=row["id"])


def write(results: Path, annotations: Sequence[Annotation]) -> Path:
    """Put rows beside the results in one new file, and return it. Raises StoreError when that can't be."""
    if not annotations:
        raise StoreError("nothing to keep")
    temporary = ""
    folder = results / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".partial", dir=folder)
        os.close(descriptor)
        table = pa.Table.from_pylist([a.as_row() for a in annotations], ANNOTATIONS)
        pq.write_table(table, temporary, compression="zstd")
        Path(temporary).chmod(0o644)
        _sync(Path(temporary))
        first = min(annotations, key=lambda a: a.time)
        target = folder / f"{first.time:%Y%m%dT%H%M%S}-{_slug(first.rater)}-{uuid.uuid4().hex[:10]}.parquet"
        os.link(temporary, target)  # unlike a rename it never replaces anything
        _sync(folder)
        return target
    except OSError as error:
        raise StoreError(f"{folder}: can't keep annotations: {error.strerror or error}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


@dataclass(frozen=True)
class Review:
    """What people say of one problem as it is now."""

    reviewers: int
    objections: int
    signed_by: str = ""

    def state(self, own: str) -> str:
        """The problem's review state, given its file's own.

        A signature validates; an open objection makes a draft of whatever the file claims; two people without one
        have reviewed it.
        """
        if self.signed_by:
            return ReviewState.VALIDATED.value
        if self.objections:
            return ReviewState.DRAFT.value
        return ReviewState.REVIEWED.value if own == ReviewState.DRAFT and self.reviewers >= 2 else str(own)


def problem_item(problem: Problem) -> Item:
    """A problem as something to rate."""
    return Item("problem", problem.suite, problem.id, "", -1, problem.content)


def reviews(rows: Iterable[dict[str, Any]]) -> dict[Item, Review]:
    """The view `reviews` by the problem that it speaks of."""
    return {
        Item("problem", r["suite"], r["problem_id"], "", -1, r["content"]): Review(
            r["reviewers"], r["objections"], r["signed_by"] or ""
        )
        for r in rows
    }


class Shelf:
    """The annotations of several results folders, each file read once: none of them ever changes."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folder / FOLDER for folder in folders)
        self._tables: dict[Path, pa.Table] = {}
        self._all: pa.Table | None = None
        self._seen: list[Path] = []
        self.broken: dict[Path, str] = {}

    def listing(self) -> list[str]:
        """Changes whenever a file appears or goes away."""
        return [str(path) for path in self._files()]

    def table(self) -> pa.Table:
        """All rows, with the columns of ANNOTATIONS; the same object again while no file appears or goes away."""
        present = self._files()
        if self._all is not None and present == self._seen:
            return self._all
        self.broken = {path: reason for path, reason in self.broken.items() if path in present}
        self._tables = {path: table for path, table in self._tables.items() if path in present}
        for path in present:
            if path not in self._tables and path not in self.broken:
                try:
                    self._tables[path] = _fitted(pq.read_table(path))
                except (OSError, pa.ArrowException) as error:
                    self.broken[path] = f"not readable as annotations: {' '.join(str(error).split())[:200]}"
        self._seen, self._all = present, pa.concat_tables([ANNOTATIONS.empty_table(), *self._tables.values()])
        return self._all

    def _files(self) -> list[Path]:
        found: list[Path] = []
        for folder in self._folders:
            try:
                with os.scandir(folder) as entries:
                    found += [Path(e.path) for e in entries if e.name.endswith(".parquet") and e.name[0] != "."]
            except OSError:
                continue
        return sorted(found)


def _fitted(table: pa.Table) -> pa.Table:
    """A table with exactly the columns of ANNOTATIONS, whatever an older or newer version wrote."""
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(len(table), field.type)
        for field in ANNOTATIONS
    ]
    return pa.table(columns, schema=ANNOTATIONS)


def export_order() -> str:
    """SQL of all rows as they are exported: oldest first, the retracted and superseded ones marked."""
    return """
        select a.*, b.id is not null as counts from annotations a left join answers b using (id)
        order by a.time, a.id
    """


def parse(rows: Iterable[dict[str, Any]], *, source: str) -> list[Annotation]:
    """Rows of an import: JSON objects or CSV lines (text everywhere, "" for unknown). Raises ValueError with the line.

    `counts`, which an export adds, is left out; lists may be written as `a, b`. A row without an id gets one that
    follows from its content.
    """
    found = []
    for number, row in enumerate(rows, 1):
        fields = {k: v for k, v in row.items() if v not in (None, "") and k != "counts"}
        if isinstance(lists := fields.get("categories"), str):
            fields["categories"] = [c for c in re.split(r"[,\s|]+", lists.strip("[]{}").replace("'", "")) if c]
        try:
            content = json.dumps(fields, sort_keys=True, default=str)
            given = {"source": source, "id": hashlib.sha256(content.encode(errors="replace")).hexdigest()[:16]}
            found.append(Annotation(**(given | fields)))
        except ValueError as error:
            first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
            where = ".".join(str(part) for part in first["loc"])
            raise ValueError(f"row {number}: {where + ': ' if where else ''}{first['msg']}") from None
    return found


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:24] or "rater"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# What counts: each rater's latest answer of an item that the same rater has not retracted.
_ANSWERS = """
    create or replace view answers as
    select * from annotations a
    where retracts = '' and not exists (
        from annotations r where r.retracts = a.id and r.rater = a.rater and r.rater_kind = a.rater_kind
    )
    qualify row_number() over (
        partition by rater, rater_kind, kind, suite, problem_id, run_id, sample, content order by time desc, id
    ) = 1
"""

# What the raters of one kind together say of a sample: the expert's word, else what two or more agree on.
_RATINGS = """
    create or replace view ratings as
    select rater_kind, suite, run_id, problem_id, sample, content,
           count(*) filter (where role = 'rater') as raters,
           count(*) filter (where role = 'rater' and blind) as blind_raters,
           bool_or(role = 'expert') as settled,
           count(distinct category) filter (where role = 'rater') > 1 as differ,
           case when bool_or(role = 'expert') then arg_max(category, time) filter (where role = 'expert')
                when count(*) >= 2 and count(distinct category) = 1 then any_value(category) end as category,
           case when bool_or(role = 'expert') then arg_max(facet, time) filter (where role = 'expert')
                when count(*) >= 2 and count(distinct facet) = 1 then any_value(facet) end as facet
    from answers where kind = 'sample'
    group by all
"""

# What people say of a problem as it is now; models' answers are never counted here.
_REVIEWS = """
    create or replace view reviews as
    select suite, problem_id, content,
           count(*) as reviewers,
           string_agg(rater, ', ' order by rater) filter (where signed) as signed_by,
           count(*) filter (
               where not (in_deep_learning and labels_right and prompt_complete and tests_fair)
           ) as objections
    from answers where kind = 'problem' and rater_kind = 'person'
    group by all
"""

# The most trusted word on each failed sample: people, else the machine's diagnosis of this very code and problem.
CAUSES = """
    create or replace view causes as
    select s.run_id, s.problem_id, s.sample,
           coalesce(h.category, d.category) as category,
           case when h.category is not null then coalesce(h.facet, d.facet) else d.facet end as facet,
           case when h.category is not null then 'human' else d.source end as cause_source
    from samples s
    left join diagnoses d on d.run_id = s.run_id and d.problem_id = s.problem_id and d.sample = s.sample
        and d.code_hash is not distinct from s.code_hash and d.problem_hash is not distinct from s.problem_hash
    left join ratings h on h.rater_kind = 'person' and h.run_id = s.run_id and h.problem_id = s.problem_id
        and h.sample = s.sample and h.content = coalesce(s.code_hash, '')
    where s.verdict <> 'passed'
"""
VIEWS = (_ANSWERS, _RATINGS, _REVIEWS)
