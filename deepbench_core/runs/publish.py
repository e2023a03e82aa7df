"""From a journal to a publication: manifest and rows."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from deepbench_core import paths
from deepbench_core.models import MAX_RESPONSE_BYTES
from deepbench_core.problems import Problem, dataset_hash
from deepbench_core.publication import write_publication
from deepbench_core.records import SAMPLES, Labels, Manifest
from deepbench_core.runs.journal import Answer, Journal, Judged
from deepbench_core.runs.spec import RunSpec, board_name

Row = tuple[dict[str, Any], dict[str, Any]]

CUT = "response-cut"  # flag of a sample whose response was longer than what is kept


def publish_run(journal: Journal, *, status: Literal["complete", "partial"]) -> Path:
    """Publish what is finished and return the folder. Raises StoreError."""
    spec = journal.spec
    manifest = run_manifest(journal, spec, status)
    folder = write_publication(spec.results_folder, manifest, _rows(journal, manifest))
    journal.keep(published={"folder": str(folder), "status": status})
    return folder


def run_manifest(journal: Journal, spec: RunSpec, status: Literal["complete", "partial"]) -> Manifest:
    """Everything needed to repeat the run; no key, no path and no name of this machine in it."""
    problems = journal.problems()
    hashes = [row["prompt_hash"] or "" for row in journal.rows("select prompt_hash from problems order by problem_id")]
    known = journal.get("known", {})
    return Manifest(
        run_id=spec.run_id,
        model=known.get("model") or board_name(spec.model),
        model_details=known.get("model_details", {}),
        technique=spec.technique,
        suite=problems[0].suite,
        parameters=spec.model_parameters().for_manifest(),
        samples_per_problem=spec.samples,
        problem_ids=[p.id for p in problems],
        labels=labels_of(problems),
        status=status,
        source="run",
        ranked=spec.ranked,
        prompt_hash=hashlib.sha256("\n".join(hashes).encode()).hexdigest()[:16],
        dataset_hash=dataset_hash(problems),
        executor=scrubbed(known.get("executor", {})),
        limits={"response_bytes": MAX_RESPONSE_BYTES, "retries": spec.model_parameters().retries},
        versions=versions(),
        started_at=datetime.fromtimestamp(journal.get("started") or journal.get("created"), UTC),
        finished_at=datetime.now(UTC),
        note=spec.note,
    )


def sample_row(
    manifest: Manifest, problem: Problem, answer: Answer | None, judged: Judged, *, prompt: str | None, model: str = ""
) -> Row:
    """One finished sample as the rows of both files."""
    key = {"run_id": manifest.run_id, "problem_id": judged.problem_id, "sample": judged.sample}
    known = {name: value for name, value in judged.columns.items() if name in SAMPLES.names}
    flags = [*known.pop("flags", []), *([CUT] if answer and answer.cut else [])]
    narrow = {
        **key,
        **known,
        "suite": manifest.suite,
        "model": model or manifest.model,
        "technique": manifest.technique,
        "verdict": judged.verdict,
        "seconds": judged.seconds,
        "message": judged.message,
        "code_hash": judged.code_hash,
        "problem_hash": problem.hash,
        "flags": flags,
        "finished_at": datetime.fromtimestamp(judged.finished_at, UTC),
    }
    if answer:
        narrow |= {
            name: getattr(answer, name)
            for name in ("latency", "prompt_tokens", "completion_tokens", "cost", "finish_reason")
        }
    texts = {
        **key,
        "prompt": prompt,
        "response": answer.response if answer else None,
        "code": judged.code,
        "tests": judged.tests,
        "output": judged.output,
        "evidence": judged.evidence,
    }
    return narrow, texts


def labels_of(problems: Sequence[Problem]) -> dict[str, Labels]:
    """The problems' labels, for readers that don't have the suite."""
    names = set(Labels.model_fields) - {"hash"}
    return {p.id: Labels(hash=p.hash, **p.meta.model_dump(mode="json", include=names)) for p in problems}


def versions() -> dict[str, str]:
    """Versions of what a run depends on, and the kind of machine; no host name in it."""
    found = {"python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}
    for name in ("deepbench", "litellm"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if sys.platform == "linux":
        found["kernel"] = platform.release()
    return dict(sorted(found.items()))


def scrubbed(value: Any) -> Any:
    """Plain values without folders of this machine: manifests are shared."""
    if isinstance(value, str):
        for folder in (paths.home_dir(), Path.home(), paths.product_dir()):
            if len(str(folder)) > 1:
                value = value.replace(str(folder), "~")
        return value
    if isinstance(value, Mapping):
        return {str(k): scrubbed(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(v) for v in value]
    return value


def _rows(journal: Journal, manifest: Manifest) -> Iterator[Row]:
    problems = {p.id: p for p in journal.problems()}
    prompts = journal.prompts()
    for answer, judged in journal.samples():
        problem = problems[judged.problem_id]
        yield sample_row(manifest, problem, answer, judged, prompt=prompts.get(problem.id))
