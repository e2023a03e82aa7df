"""A run's manifest over the page; the address carries which."""

from __future__ import annotations

import streamlit as st

from deepbench_core.errors import DeepBenchError
from deepbench_core.store import Store

PARAMETER = "manifest"


def ask(run_id: str) -> None:
    """Callback: open this run's manifest."""
    st.query_params[PARAMETER] = run_id


def of_address(store: Store) -> None:
    """Last line of a page: the manifest that the address names, if any."""
    if run_id := st.query_params.get(PARAMETER):
        _shown(store, run_id)


def _forget() -> None:
    st.query_params.pop(PARAMETER, None)


@st.dialog("Run", width="large", on_dismiss=_forget)
def _shown(store: Store, run_id: str) -> None:
    try:
        manifest = store.manifest(run_id)
    except DeepBenchError:
        st.text(f"There is no run called {run_id[:80]} in the results at hand.")
        return
    facts = {
        "Run": f"{manifest.run_id}, revision {manifest.revision}, {manifest.status}",
        "Model": manifest.model,
        "Technique": manifest.technique,
        "Problems": f"{len(manifest.problem_ids)} of {manifest.suite}, {manifest.samples_per_problem} "
        f"sample{'s' if manifest.samples_per_problem != 1 else ''} each",
        "Parameters": ", ".join(f"{k} {v}" for k, v in manifest.parameters.items()) or "defaults",
        "Judged by": str(manifest.executor.get("name", "–")),
        "Finished": f"{manifest.finished_at:%Y-%m-%d %H:%M} UTC" if manifest.finished_at else "–",
        "Versions": ", ".join(f"{k} {v}" for k, v in manifest.versions.items()) or "–",
        "Hashes": f"prompt {manifest.prompt_hash[:12] or '–'}, data set {manifest.dataset_hash[:12] or '–'}",
        "Note": manifest.note or "–",
    }
    st.text("\n".join(f"{name + ':':<12} {value}" for name, value in facts.items()))
    whole = manifest.model_dump_json(indent=1, exclude={"labels"})
    with st.expander("The whole manifest"):
        st.code(whole, language="json", wrap_lines=True, height=360)
    st.download_button(
        "Manifest",
        whole,
        f"{manifest.run_id}.json",
        "application/json",
        icon=":material/download:",
        key="manifest-file",
    )
