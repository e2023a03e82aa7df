"""`proofs.json` of a suite: one line for each problem's last proof, so that only what changed is proven again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from pathlib import Path

from deepbench_core.errors import UserError
from deepbench_core.problems import Problem
from deepbench_core.taxonomy import Integrity
from deepbench_core.validation.notes import load_notes
from deepbench_core.validation.proof import Proof, proof_key

PROOFS = "proofs.json"
_STEADY = 2.0  # times that differ by less are noise, and the file keeps the old ones


def load_proofs(suite: Path) -> dict[str, Proof]:
    """The proofs kept in a suite's folder, by problem; none without a file. Raises UserError for a broken one."""
    path = suite / PROOFS
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {name: _read(name, facts) for name, facts in kept.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: can't be read ({error}); `deepbench problems validate` writes it anew") from None


def current_proof(folder: Path, problem: Problem) -> Proof | None:
    """The kept proof of the problem in `folder`, if it is one of the problem as it is now."""
    try:
        proof = load_proofs(folder.parent).get(problem.id)
        return proof if proof is not None and proof.key == proof_key(problem, load_notes(folder)) else None
    except UserError:
        return None


def save_proofs(suite: Path, proofs: Iterable[Proof], *, known: Iterable[str]) -> None:
    """Write these proofs beside those kept before, without problems that are not `known`; only valid ones are kept."""
    try:
        before = load_proofs(suite)
    except UserError:
        before = {}
    after = {name: proof for name, proof in before.items() if name in set(known)}
    for proof in proofs:
        if proof.valid:
            after[proof.problem] = _steadied(proof, before.get(proof.problem))
        else:
            after.pop(proof.problem, None)
    lines = [f" {json.dumps(name)}: {_line(after[name])}" for name in sorted(after)]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    path = suite / PROOFS
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        temporary = path.with_name(f".{PROOFS}.new")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)


def _line(proof: Proof) -> str:
    return json.dumps(
        {name: value for name, value in asdict(proof).items() if name not in ("problem", "findings")},
        ensure_ascii=False,
    )


def _read(name: str, facts: dict[str, object]) -> Proof:
    known = {field.name for field in fields(Proof)}
    kept = {key: value for key, value in facts.items() if key in known}
    proof = Proof(problem=name, **kept)  # type: ignore[arg-type]
    return replace(proof, integrity=Integrity(proof.integrity), survivors=tuple(proof.survivors))


def _steadied(proof: Proof, before: Proof | None) -> Proof:
    if before is None or not 1 / _STEADY < (proof.total_seconds or 1) / (before.total_seconds or 1) < _STEADY:
        return proof
    return replace(proof, seconds=before.seconds, total_seconds=before.total_seconds)
