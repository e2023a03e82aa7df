"""Proving that a problem is good: that its reference is right, and that its tests notice when it is not.

`prove` runs everything on the executors' warm pool; `notes` reads what the author wrote down about a proof.
"""

from __future__ import annotations

from deepbench_core.validation.notes import NOTES, Notes, load_notes
from deepbench_core.validation.proof import Finding, Proof, proof_key
from deepbench_core.validation.prove import Prover, prove_all

__all__ = ["NOTES", "Finding", "Notes", "Proof", "Prover", "load_notes", "proof_key", "prove_all"]
