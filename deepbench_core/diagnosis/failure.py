"""One failure to be diagnosed: the code, what was asked, what passes, and what the tests showed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from deepbench_core import jsonl
from deepbench_core.diagnosis import asking, trees
from deepbench_core.diagnosis.symptoms import Symptoms, from_text
from deepbench_core.errors import UserError

MAX_TEXT = 2_000_000  # characters of any one field

_Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]


class FailureRow(BaseModel):
    """One line of a file of failures. Further keys are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int
    prompt: _Text = ""
    reference: _Text | None = None
    code: _Text
    test_output: _Text = ""

    def failure(self) -> Failure:
        """As the diagnosis takes it."""
        return Failure(str(self.id), self.code, from_text(self.test_output), self.prompt, self.reference)


@dataclass(frozen=True)
class Failure:
    """What is known about one failed sample. `code` is None where the response held none that parses."""

    id: str
    code: str | None
    symptoms: Symptoms
    prompt: str = ""
    reference: str | None = None
    response: str = ""
    environment: str = ""
    entry_points: tuple[str, ...] = field(default=())

    @cached_property
    def literals(self) -> frozenset[str]:
        """Numbers and quoted texts of the prompt; 0 and 1 only where they stand in an example."""
        found = set(_literals(self.prompt))
        found |= {text[1:] for text in found if text[:1] == "-"}  # in a tree the sign stands apart
        examples = "\n".join(m.group() for m in _EXAMPLE.finditer(self.prompt))
        common = {asking.literal_text(n) for n in (0, 1, -1)}
        return frozenset((found - common) | (common & set(_literals(examples))))


def read_rows(path: Path) -> Iterator[FailureRow]:
    """Rows of a JSONL file, gzipped or not. Raises UserError with the line's number for the first that is none."""
    for number, line in jsonl.read_lines(path):
        where = f"{path}:{number}"
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UserError(f"{where}: not UTF-8 at byte {error.start}") from None
        try:
            yield FailureRow.model_validate(jsonl.parse(text, where))
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise UserError(f"{where}: {name + ': ' if name else ''}{first['msg']}") from None


_EXAMPLE = re.compile(
    r"^[ \t]*>>>.*(?:\n(?![ \t]*$).*)*|\be(?:xample|\.g\.)[^\n]*(?:\n(?![ \t]*$)[^\n]*){0,6}", re.M | re.I
)
_NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*\w)")
_QUOTED = re.compile(r"""["'`]{1,2}([^"'`\n]{1,40})["'`]{1,2}""")


def _literals(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        try:
            yield asking.literal_text(ast.literal_eval(match.group()))
        except (ValueError, SyntaxError):
            yield asking.literal_text(float(match.group()))
    for match in _QUOTED.finditer(text):
        yield match[1]


def find_line(code: str, source: str) -> int | None:
    """The one line of the code with this text; None where there is none or several."""
    wanted = " ".join(source.split())
    found = [i for i, line in enumerate(code.splitlines(), start=1) if wanted and " ".join(line.split()) == wanted]
    return found[0] if len(found) == 1 else None


def undefined_names(tree: ast.Module) -> list[ast.Name]:
    """Names that are read and bound nowhere in the code, nor built in."""
    import builtins

    if any(alias.name == "*" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names):
        return []
    bound = trees.stored_names(tree) | set(dir(builtins)) | {"__file__", "__name__", "__doc__"}
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    return [n for n in names if n.id not in bound]
