"""Near-duplicates in a suite: problems that ask for the same thing, or whose solutions read alike."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from deepbench_core import syntax
from deepbench_core.problems import Problem
from deepbench_core.validation.notes import Notes
from deepbench_core.validation.proof import Finding

# Independent problems of one suite share up to a quarter of their code and less than a tenth of their words;
# a copy with other names shares most of both.
ALIKE = {"references": 0.45, "prompts": 0.25}
_CODE_SHINGLE, _WORD_SHINGLE = 5, 3
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Pair:
    """Two problems, and how alike their prompts or their references are, from 0 to 1."""

    one: str
    other: str
    alike: float
    what: str

    def __str__(self) -> str:
        return f"{self.one} and {self.other}: {self.what} {self.alike:.2f} alike (up to {ALIKE[self.what]:g} is usual)"


def near_duplicates(problems: Sequence[Problem]) -> list[Pair]:
    """The pairs that are more alike than is usual, most alike first."""
    shingles = {
        "references": {p.id: _code(p.reference) for p in problems},
        "prompts": {p.id: _words(p.prompt) for p in problems},
    }
    found = [
        Pair(a, b, round(alike, 3), what)
        for what, by_id in shingles.items()
        for a, b in combinations(sorted(by_id), 2)
        if (alike := _jaccard(by_id[a], by_id[b])) > ALIKE[what]
    ]
    return sorted(found, key=lambda pair: (-pair.alike, pair.one, pair.other))


def similarity(problems: Sequence[Problem], notes: Mapping[str, Notes]) -> dict[str, list[Finding]]:
    """Findings by problem: pairs that neither of the two justifies, and notes about pairs that are not alike."""
    found: dict[str, list[Finding]] = defaultdict(list)
    noted = {(name, similar.problem) for name, each in notes.items() for similar in each.similar}
    alike = near_duplicates(problems)
    for pair in alike:
        if not noted & {(pair.one, pair.other), (pair.other, pair.one)}:
            finding = Finding("similarity", "nearly the same as another problem", (str(pair),))
            found[pair.one].append(finding)
            found[pair.other].append(finding)
    known = {frozenset((pair.one, pair.other)) for pair in alike}
    for name, other in sorted(noted):
        if frozenset((name, other)) not in known:
            found[name].append(Finding("notes", "noted as similar, but is not or is not there", (other,)))
    return dict(found)


def _jaccard(a: set[tuple[str, ...]], b: set[tuple[str, ...]]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


def _words(prompt: str) -> set[tuple[str, ...]]:
    """Shingles of the words that the docstrings say."""
    texts = [
        ast.get_docstring(node) or ""
        for node in ast.walk(syntax.parse(prompt))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    words = _WORD.findall(" ".join(texts).lower())
    return {tuple(words[i : i + _WORD_SHINGLE]) for i in range(len(words) - _WORD_SHINGLE + 1)}


def _code(source: str) -> set[tuple[str, ...]]:
    """Shingles of tokens in which the names that the code chose itself are all alike."""
    nodes = list(ast.walk(syntax.parse(source)))
    chosen = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    chosen |= {n.arg for n in nodes if isinstance(n, ast.arg)}
    kinds = (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING)
    tokens = [
        "_" if token.string in chosen else token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type in kinds and not token.string.startswith(('"""', "'''"))
    ]
    return {tuple(tokens[i : i + _CODE_SHINGLE]) for i in range(len(tokens) - _CODE_SHINGLE + 1)}
