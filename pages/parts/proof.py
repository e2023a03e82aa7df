"""What a problem's proof shows: quiet badges, and the details for those who ask."""

from __future__ import annotations

import streamlit as st

from deepbench_core.executors.calibration import time_limit
from deepbench_core.problems import Problem
from deepbench_core.store import Store
from deepbench_core.validation.kept import current_proof
from deepbench_core.validation.notes import Notes, load_notes
from deepbench_core.validation.proof import Proof


def proof_of(store: Store, problem: Problem) -> Proof | None:
    """The kept proof of a problem as it is now."""
    folder = store.folder(problem)
    return current_proof(folder, problem) if folder is not None else None


def badges(proof: Proof | None) -> None:
    """One line: how well the tests guard the problem."""
    with st.container(horizontal=True, gap="small", key="proof"):
        if proof is None:
            st.badge("Not proven", color="gray", icon=":material/pending:", help="No proof is kept of it as it is now.")
            return
        real = proof.sampled - proof.equivalent
        st.badge(
            f"{proof.killed} of {real} mutants killed",
            color="green",
            icon=":material/bug_report:",
            help="Small slips put into the reference, one at a time; a killed one fails a test.",
        )
        st.badge(
            f"{proof.reached} of {proof.statements} reached",
            color="gray",
            help="Statements and ways of branches of the reference that the tests go through.",
        )
        st.badge(
            f"{proof.repeats} repeats",
            color="gray",
            help="Passes of the reference: tests in another order, other seeds and hash seeds, one and two threads.",
        )
        if proof.independent:
            st.badge(
                "Independent solution passes",
                color="green",
                icon=":material/person_check:",
                help="Somebody who had only the prompt wrote a solution, and it passes these tests.",
            )
        st.badge(f"{proof.seconds:.2f} s", color="gray", help="The slowest repeat's time in its tests.")


def details(store: Store, problem: Problem, proof: Proof | None) -> None:
    """Everything that the proof rests on."""
    if proof is None:
        st.caption("Nobody has proven this problem as it is now.")
        st.code(f"deepbench problems validate {problem.id} --write", language="bash", wrap_lines=True)
        return
    limit = time_limit(proof.total_seconds, ceiling=problem.meta.limits.seconds)
    left_out = f" ({proof.mutants} in all; a sample with each kind's share)" if proof.sampled < proof.mutants else ""
    st.markdown(
        f"- **Reference**: passes {proof.tests} tests {proof.repeats} times; where it was proven, a sample "
        f"may take {limit:g} s.\n"
        f"- **Independent solution**: {_independent(proof)}\n"
        f"- **Stubs**: {proof.stubs_failed} of {proof.stubs} answers that are no solution fail.\n"
        f"- **Mutants**: {proof.killed} of {proof.sampled - proof.equivalent} are killed{left_out}, "
        f"{proof.equivalent} are equivalent.\n"
        f"- **Reach**: {proof.reached} of {proof.statements} statements and ways of branches."
    )
    folder = store.folder(problem)
    notes = load_notes(folder) if folder is not None else Notes()
    if notes.independent:
        with st.expander("Independent solution", icon=":material/person_check:", key="independent"):
            st.code(notes.independent, language="python", line_numbers=True)
    if proof.survivors:
        st.caption("Mutants that survive")
        st.code("\n".join(proof.survivors), language="text", wrap_lines=True)
    noted = [(n.mutant, n.reason) for n in notes.equivalent] + [(n.line, n.reason) for n in notes.unreached]
    if noted:
        st.caption("Mutants and lines that its author answers for")
        st.code("\n\n".join(f"{what}\n    {why}" for what, why in noted), language="text", wrap_lines=True)


def _independent(proof: Proof) -> str:
    if proof.independent is None:
        return "none yet; nobody has solved it from the prompt alone."
    return "written from the prompt alone by somebody who had seen neither reference nor tests; it passes."
