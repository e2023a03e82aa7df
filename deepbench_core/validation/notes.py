"""What stands beside a problem for its proof alone. Optional, and no part of the problem's hash.

`proof.toml` holds what its author answers for where a machine can't tell; `independent.py` is another solution, written
by somebody who had nothing but the prompt, so that tests which ask for more than the prompt says don't pass unnoticed.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deepbench_core.errors import ProblemError

NOTES = "proof.toml"
INDEPENDENT = "independent.py"

Reason = Annotated[str, Field(min_length=10)]


class Equivalent(BaseModel):
    """A mutant that no test can tell from the reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mutant: str = Field(min_length=3)
    reason: Reason


class Unreached(BaseModel):
    """A line of the reference that the tests need not reach."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: str = Field(min_length=1)
    reason: Reason


class Similar(BaseModel):
    """Another problem that looks like this one, and why both are worth having."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    problem: str = Field(min_length=1)
    reason: Reason


class Notes(BaseModel):
    """The content of `proof.toml`, and the text of `independent.py`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    equivalent: tuple[Equivalent, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    similar: tuple[Similar, ...] = ()
    independent: str | None = None


def load_notes(folder: Path) -> Notes:
    """What stands beside one problem; empty where there is nothing. Raises ProblemError for what can't be read."""
    path = folder / NOTES
    try:
        notes = Notes.model_validate(tomllib.loads(_read(path) or ""))
    except tomllib.TOMLDecodeError as error:
        raise ProblemError(f"{path}: not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ProblemError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return notes.model_copy(update={"independent": _read(folder / INDEPENDENT)})


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):  # an imported suite is a file
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError(f"{path}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
