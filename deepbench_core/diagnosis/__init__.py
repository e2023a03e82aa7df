"""Why a sample failed: one primary category, a facet, and the evidence, found by rules, experiments or a judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from deepbench_core.categories import Category, Facet

VERSION = 3  # raised when the same failure may be diagnosed differently; stored diagnoses of an older one are renewed

Source = Literal["rules", "counterfactual", "judge"]
TRUST: tuple[str, ...] = ("human", "counterfactual", "rules", "judge")  # most trusted first


@dataclass(frozen=True)
class Evidence:
    """One thing seen. `line` counts from 1 in the generated code; None where it is about no line of it."""

    kind: str
    text: str
    line: int | None = None


@dataclass(frozen=True)
class Diagnosis:
    """Why one sample failed. `category` is None for "not determined"; `categories` holds it and any further ones."""

    category: Category | None
    categories: tuple[Category, ...]
    facet: Facet
    confidence: float  # 0 to 1
    source: Source
    evidence: tuple[Evidence, ...] = ()

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of the code that the evidence names, in its order, each once."""
        return tuple(dict.fromkeys(e.line for e in self.evidence if e.line is not None))

    def as_row(self) -> dict[str, Any]:
        """Plain values: what `deepbench diagnose` writes, apart from the row's id."""
        evidence = [{k: v for k, v in asdict(e).items() if v is not None} for e in self.evidence]
        return {
            "category": self.category.value if self.category else None,
            "number": self.category.number if self.category else None,
            "categories": [c.value for c in self.categories],
            "facet": self.facet.value,
            "confidence": round(self.confidence, 3),
            "source": self.source,
            "evidence": evidence,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Diagnosis:
        """The reverse of `as_row`."""
        return cls(
            Category(row["category"]) if row["category"] else None,
            tuple(Category(c) for c in row["categories"]),
            Facet(row["facet"]),
            float(row["confidence"]),
            row["source"],
            tuple(Evidence(e["kind"], e["text"], e.get("line")) for e in row["evidence"]),
        )
