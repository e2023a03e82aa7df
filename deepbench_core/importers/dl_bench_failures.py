"""Bring in DL-Bench's labelled failures: recorded generations with what their tests printed and what raters said.

They are a run of a suite of their own, `dl-bench-failures`: its tasks go by other names than those of `dl-bench`, and
the generations were picked because they failed, so there is no rate of them and no board shows one. The raters' labels
become annotations of kind *elsewhere*, which no figure about our own raters counts.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from deepbench_core.annotations import Annotation, Item, retraction, write
from deepbench_core.errors import DeepBenchError, UserError
from deepbench_core.importers.dl_bench import SOURCE, already
from deepbench_core.importers.dl_bench_files import FAILURES, TAXONOMY
from deepbench_core.importers.dl_bench_records import CATEGORIES, Generation, read_records
from deepbench_core.importers.dl_bench_taxonomy import is_taxonomy, read_folder
from deepbench_core.jsonl import read_lines
from deepbench_core.publication import write_publication
from deepbench_core.records import Labels, Manifest
from deepbench_core.runs.judging import code_hash
from deepbench_core.store import Store
from deepbench_core.taxonomy import Verdict

SUITE = RUN = "dl-bench-failures"
MODEL = "DL-Bench's generations"  # the records don't say which model wrote which
TECHNIQUE = "unknown"
RATERS = ("DL-Bench's first rater", "DL-Bench's second rater")
CAUTION = (
    "Picked because they failed, so no rate follows from them; which model wrote which is not recorded. Verdicts are "
    "what the recorded output says. The raters' labels are no gold standard: the raters were not independent of each "
    "other, and some labels come from faults of the original harness."
)


@dataclass(frozen=True)
class ImportedFailures:
    """What an import found and published; `left_out` says in words what could not be joined."""

    folder: Path
    state: Literal["new", "unchanged"]
    verdicts: Counter[str]
    labelled: int  # generations
    ratings: int  # answers of raters, all together
    left_out: tuple[str, ...]


def failure_sources(path: Path) -> list[Path]:
    """The files and folders at a path that hold labelled failures: `Taxonomy-Data`, or lines of JSON."""
    if path.is_file():
        return [path] if path.name.startswith(FAILURES) or _holds_failures(path) else []
    if is_taxonomy(path):
        return [path]
    found = [path / TAXONOMY] if is_taxonomy(path / TAXONOMY) else []
    return found + sorted(p for p in path.glob(f"{FAILURES}*.jsonl*") if p.is_file())


def import_failures(path: Path, results: Path) -> ImportedFailures:
    """Publish what one source holds as an imported run with its raters' labels.

    What was imported before and has not changed is left alone. Raises UserError, with file and line, for the first
    thing that can't be right, and StoreError when the results folder can't be written; then nothing is imported.
    """
    generations, left_out = _read(path)
    manifest = _manifest(path, generations)
    known = already(results, manifest)
    folder = known or write_publication(results, manifest, _samples(generations))
    wanted = list(_annotations(generations, path.name))
    try:
        if changed := _changes(results, wanted):
            write(results, changed)
    except DeepBenchError:
        if not known:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return ImportedFailures(
        folder,
        "unchanged" if known and not changed else "new",
        Counter(str(one.output.verdict) for one in generations),
        sum(any(one.labels) for one in generations),
        len(wanted),
        left_out,
    )


def _read(path: Path) -> tuple[list[Generation], tuple[str, ...]]:
    if path.is_dir():
        folder = read_folder(path)
        found, left_out = list(folder.generations), folder.left_out
    else:
        found, left_out = read_records(path), ()
    return sorted(found, key=lambda one: one.problem_id), left_out


def _holds_failures(path: Path) -> bool:
    """Whether a file's first line has what a failure has; tasks and results don't."""
    try:
        _, line = next(iter(read_lines(path)))
        first = json.loads(line)
    except (StopIteration, ValueError, UserError):
        return False
    return isinstance(first, dict) and {"code", "test_output"} <= first.keys()


def _manifest(path: Path, generations: Sequence[Generation]) -> Manifest:
    verdicts = Counter(str(one.output.verdict) for one in generations)
    return Manifest(
        run_id=RUN,
        model=MODEL,
        technique=TECHNIQUE,
        suite=SUITE,
        problem_ids=[one.problem_id for one in generations],
        labels={one.problem_id: _label(one) for one in generations},
        source="imported",
        ranked=False,
        picked=True,
        executor={"name": "DL-Bench's harness", "sha256": _digest(generations), "source": SOURCE},
        note=f"Imported from {path.name} of DL-Bench's authors; verdicts: "
        + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
        + f". {CAUTION}",
    )


def _label(one: Generation) -> Labels:
    name = one.output.function or one.name
    return Labels(
        title=f"{name} ({one.repo})" if one.repo else name,
        stage=str(one.stage) if one.stage else None,
        library=one.repo or None,
        hash="",
    )


def _digest(generations: Sequence[Generation]) -> str:
    """Of all that was read, so that the same in another form, or from another place, is the same."""
    digest = hashlib.sha256()
    for one in generations:
        said = (one.name, one.repo, one.stage, one.prompt, one.reference, one.response, one.code, one.text, one.labels)
        digest.update(json.dumps(said).encode() + b"\n")
    return digest.hexdigest()[:16]


def _samples(generations: Sequence[Generation]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for one in generations:
        output = one.output
        key = {"run_id": RUN, "problem_id": one.problem_id, "sample": 0}
        failing = next((t for t in output.tests if t["outcome"] in ("failed", "error")), None)
        named = re.match(r"([A-Za-z_]\w*): ", output.message)
        passed = output.verdict is Verdict.PASSED
        yield (
            key
            | {
                "suite": SUITE,
                "model": MODEL,
                "technique": TECHNIQUE,
                "verdict": str(output.verdict),
                "tests_total": output.ran.total if output.ran else None,
                "tests_passed": output.ran.passed if output.ran else None,
                "failing_test": failing["id"] if failing and not passed else None,
                "error_type": named[1] if named else None,
                "message": output.message or None,
                "flags": [],
                "code_hash": code_hash(one.code) if one.code else None,
            },
            key
            | {
                "prompt": json.dumps([{"role": "user", "content": one.prompt}]) if one.prompt else None,
                "response": one.response,
                "code": one.code,
                "reference": one.reference,
                "tests": json.dumps(output.tests),
                "output": one.text,
                "evidence": json.dumps(
                    {
                        "file": one.name,
                        "with the code": asdict(output.ran) if output.ran else None,
                        "with the original": asdict(output.original) if output.original else None,
                    }
                ),
            },
        )


def _annotations(generations: Sequence[Generation], source: str) -> Iterator[Annotation]:
    """What each rater said of each generation. Not blind: nothing says that they were, and much that they weren't."""
    for one in generations:
        for rater, labels in zip(RATERS, one.labels, strict=False):
            if labels:
                yield Annotation(
                    rater=rater,
                    rater_kind="elsewhere",
                    blind=False,
                    kind="sample",
                    suite=SUITE,
                    problem_id=one.problem_id,
                    run_id=RUN,
                    sample=0,
                    content=code_hash(one.code) if one.code else "",
                    category=CATEGORIES[labels[0]],
                    categories=tuple(CATEGORIES[n] for n in labels),
                    source=source[:200],
                )


def _changes(results: Path, wanted: Sequence[Annotation]) -> list[Annotation]:
    """What must be added so that these answers count, and no other of the same raters."""
    rows = Store(results).rows("select * from answers where rater_kind = 'elsewhere' and run_id = ?", [RUN])
    before: dict[tuple[str, Item], Annotation] = {(a.rater, a.item): a for a in (Annotation(**row) for row in rows)}
    now = {(a.rater, a.item): a for a in wanted}
    gone = [retraction(a) for key, a in before.items() if key not in now]
    return gone + [a for k, a in now.items() if k not in before or before[k].categories != a.categories]
