"""The folder `Taxonomy-Data` of DL-Bench's authors: generations, originals and outputs of tests, joined by file name.

`Generated/` and `Original/` hold `processed_….txt`, `.py` or `.json` (an object with the text under a name that the
authors use elsewhere), `Result/` what the tests printed, and `taxonomy.xlsx` beside them prompts and labels.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepbench_core.errors import UserError
from deepbench_core.extract import extract
from deepbench_core.importers.dl_bench_files import STAGES
from deepbench_core.importers.dl_bench_output import Output
from deepbench_core.importers.dl_bench_records import Generation, output_of, unique
from deepbench_core.importers.dl_bench_sheet import Labelled, read_sheet, stem
from deepbench_core.mutation import parses
from deepbench_core.publication import clean_text

GENERATED, ORIGINAL, RESULT, SHEET = "Generated", "Original", "Result", "taxonomy.xlsx"

# Where a file is JSON: what the authors call these texts in one of their files or another.
_RESPONSE = ("result", "response", "code", "generated")
_REFERENCE = ("ground_truth", "ground Truth", "original", "code")
_SUFFIXES = (".json", ".txt", ".py")  # the first that there is: JSON says most


@dataclass(frozen=True)
class Folder:
    """What is there; `left_out` says in words what could not be joined."""

    generations: tuple[Generation, ...]
    left_out: tuple[str, ...]


def is_taxonomy(path: Path) -> bool:
    """Whether a folder has the parts without which there is no failure to show."""
    return (path / GENERATED).is_dir() and (path / RESULT).is_dir()


def read_folder(path: Path) -> Folder:
    """Join the files of one folder. Raises UserError that names the first file that is not what it should be."""
    generated, originals, results = (_files(path / name) for name in (GENERATED, ORIGINAL, RESULT))
    joined = sorted(generated.keys() & results.keys())
    if not joined:
        raise UserError(f"{path}: no processed_… is both in {GENERATED}/ and in {RESULT}/")
    sheet = read_sheet(path / SHEET, joined) if (path / SHEET).is_file() else {}

    def each() -> Iterator[Generation]:
        for name in joined:
            yield _generation(name, generated[name], originals.get(name), results[name], sheet.get(name))

    found = tuple(unique(each()))
    return Folder(found, tuple(_left_out(path, generated, results, sheet, found)))


def _left_out(
    path: Path,
    generated: dict[str, Path],
    results: dict[str, Path],
    sheet: dict[str, Labelled],
    found: tuple[Generation, ...],
) -> Iterator[str]:
    for here, there, names in ((GENERATED, RESULT, generated.keys() - results.keys()),
                               (RESULT, GENERATED, results.keys() - generated.keys())):  # fmt: skip
        if names:
            yield f"{_some(names)} in {here}/ and not in {there}/"
    if rows := sheet.keys() - {one.name for one in found}:
        yield f"rows of {SHEET} without files: {_some(rows)}"
    if not (path / SHEET).is_file():
        yield f"labels: there is no {SHEET}"
    elif bare := [one.name for one in found if not any(one.labels)]:
        yield f"labels of {_some(bare)}: not in {SHEET}"


def _some(names: set[str] | list[str]) -> str:
    return f"{len(names)} ({', '.join(sorted(names)[:2])}{', …' if len(names) > 2 else ''})"


def _files(folder: Path) -> dict[str, Path]:
    """The files of a folder by the name that they share with others."""
    if not folder.is_dir():
        return {}
    found: dict[str, Path] = {}
    for suffix in _SUFFIXES:
        for path in sorted(folder.rglob(f"processed_*{suffix}")):
            found.setdefault(stem(path.name), path)
    return found


def _generation(
    name: str, generated: Path, original: Path | None, result: Path, labelled: Labelled | None
) -> Generation:
    text = _text(result, errors="replace")  # tests print what they like
    output = output_of(text, name, str(result))
    response, about = _content(generated, _RESPONSE)
    if response is None:
        raise UserError(f"{generated}: an object with none of {', '.join(_RESPONSE)}")
    reference, more = _content(original, _REFERENCE) if original else (_code(about, _REFERENCE[:2]), {})
    about = more | about
    methods = not output.function or output.function.startswith("__") or "classes-" in name
    stage = " ".join(str(about.get("stage") or "").casefold().split())
    return Generation(
        str(generated),
        name,
        _repository(name, output, about),
        STAGES.get(stage),
        labelled.prompt if labelled and labelled.prompt else str(about.get("prompt") or ""),
        reference,
        response,
        _code_in(response, () if methods else (output.function,)),
        text,
        output,
        labelled.labels if labelled else (),
    )


def _code_in(response: str, functions: tuple[str, ...]) -> str | None:
    """The response as it is where it is nothing but code, else what is found in it."""
    plain = "\0" not in response and parses(response)
    return response if plain else extract(response, functions).code


def _content(path: Path, names: tuple[str, ...]) -> tuple[str | None, dict[str, Any]]:
    """A file's text, and whatever else it says where it is JSON; None where that has no such text."""
    text = _text(path)
    if path.suffix != ".json":
        return text, {}
    try:
        about = json.loads(text)
    except ValueError as error:
        raise UserError(f"{path}: not JSON: {error}") from None
    if not isinstance(about, dict):
        raise UserError(f"{path}: not an object")
    about = {name: clean_text(value) if isinstance(value, str) else value for name, value in about.items()}
    return _code(about, names), about


def _code(about: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these that is code; the authors' `ground_truth` may be a file's name, too."""
    return next((v for n in names if isinstance(v := about.get(n), str) and "\n" in v), None)


def _text(path: Path, *, errors: str = "strict") -> str:
    try:
        return path.read_text(encoding="utf-8", errors=errors)
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 at byte {error.start}") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None


def _repository(name: str, output: Output, about: dict[str, Any]) -> str:
    """What a file says, else the folder of the tests where the name begins with it, else what the name says."""
    if isinstance(said := about.get("repo"), str) and said:
        return said
    rest = name.removeprefix("processed_").removeprefix("classes-")
    roots = [part for part in output.root.split("/") if part and rest.startswith(part)]
    place = rest.rfind(output.function) if output.function else -1
    return max(roots, key=len) if roots else rest[:place].strip("_- ") if place > 0 else ""
