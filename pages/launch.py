"""Launch: what to ask whom, what that will take, one button; below it the runs as they go."""

from __future__ import annotations

from typing import Any

import streamlit as st

from deepbench_core import paths, problems, prompts
from deepbench_core.errors import DeepBenchError
from deepbench_core.filters import label
from deepbench_core.models import DEFAULT_MODEL, check_model, known_models
from deepbench_core.store import Store
from deepbench_core.taxonomy import AXES
from pages.parts import controls, data, progress, states
from pages.parts.words import plain

EXECUTORS = {
    "auto": "Docker where an engine answers, else a local sandbox.",
    "docker": "Containers without network, with limits on memory, processes and time.",
    "local": "A sandbox on this machine, without a container engine.",
}
MOST_SAMPLES, MOST_TOKENS, MOST_WORKERS = 1000, 128_000, 256


def main() -> None:
    store = data.start()
    st.title("Run a model", anchor=False)
    st.caption(
        "Runs go on when this page is closed. Every finished sample is kept; a run that was stopped can be resumed."
    )
    what, take = st.columns([3, 2], gap="large")
    with what:
        values = form()
    with take, st.container(border=True, key="plan"):
        start_box(store, values)
    progress.section()
    states.skipped(store)


def form() -> dict[str, Any]:
    """The widgets; their values are checked again in Python before anything starts."""
    words = data.vocabulary()
    known = {m.name: m for m in known_models() if not m.name.endswith("/…")}
    values: dict[str, Any] = {}
    values["model"] = st.selectbox(
        "Model",
        list(known),
        index=list(known).index(DEFAULT_MODEL) if DEFAULT_MODEL in known else 0,
        accept_new_options=True,
        key="run-model",
        persist_state="session",
        placeholder="provider/model",
        help="Pick one, or type any `provider/model` that litellm knows, or `local/<path>.gguf` for a file.",
    )
    if values["model"] in known:
        st.caption(plain(known[values["model"]].note))
    if len(words.suites) > 1:
        values["suite"] = st.selectbox(
            "Suite",
            words.suites,
            index=words.suites.index(words.default_suite),
            key="run-suite",
            persist_state="session",
        )
    else:
        values["suite"] = words.default_suite
    values["stages"] = tuple(
        st.pills(
            "Stage",
            [m.value for m in AXES["stage"]],
            selection_mode="multi",
            format_func=lambda v: label("stage", v),
            key="run-stage",
            persist_state="session",
            help=controls.HELP["stage"] + " None chosen means all.",
            wrap=True,
        )
    )
    task, modality = st.columns(2)
    for place, axis, field in ((task, "task", "tasks"), (modality, "modality", "modalities")):
        values[field] = tuple(
            place.multiselect(
                controls.NAMES[axis],
                [m.value for m in AXES[axis]],
                format_func=lambda v, axis=axis: label(axis, v),
                key=f"run-{axis}",
                persist_state="session",
                placeholder="All",
                help=controls.HELP[axis],
            )
        )
    samples, temperature, tokens = st.columns(3)
    values["samples"] = samples.number_input(
        "Samples a problem",
        1,
        MOST_SAMPLES,
        1,
        key="run-samples",
        persist_state="session",
        help="Several samples allow pass@k. They differ only with a temperature above 0.",
    )
    values["temperature"] = temperature.number_input(
        "Temperature",
        0.0,
        2.0,
        0.0,
        0.1,
        key="run-temperature",
        persist_state="session",
        help="0 always takes the likeliest token.",
    )
    values["max_tokens"] = tokens.number_input(
        "Tokens at most",
        16,
        MOST_TOKENS,
        1024,
        64,
        key="run-tokens",
        persist_state="session",
        help="Where an answer is cut off.",
    )
    with st.expander("More settings", icon=":material/tune:", key="run-more"):
        values["problem_ids"] = tuple(
            st.multiselect(
                "Only these problems",
                sorted(p.id for p in data.store().problems() if p.suite == values["suite"]),
                key="run-problems",
                persist_state="session",
                placeholder="All with the labels above",
            )
        )
        values["technique"] = st.selectbox(
            "Technique",
            list(prompts.TECHNIQUES),
            key="run-technique",
            persist_state="session",
            format_func=lambda t: prompts.TECHNIQUES[t].label,
            help=controls.HELP["technique"],
        )
        values["executor"] = st.segmented_control(
            "Executor",
            list(EXECUTORS),
            default="auto",
            required=True,
            key="run-executor",
            persist_state="session",
            help="  \n".join(f"**{name}**: {words}" for name, words in EXECUTORS.items()),
        )
        workers, calls = st.columns(2)
        values["workers"] = workers.number_input(
            "Workers",
            1,
            MOST_WORKERS,
            None,
            key="run-workers",
            persist_state="session",
            placeholder="One a core",
            help="How many samples are judged at once.",
        )
        values["concurrency"] = calls.number_input(
            "Calls at once",
            1,
            64,
            4,
            key="run-calls",
            persist_state="session",
            help="How many answers are asked for at once.",
        )
    return values


def start_box(store: Store, values: dict[str, Any]) -> None:
    """The plan, what is missing, and the one button."""
    from deepbench_core import runs  # here: a page that nobody opens should cost nothing

    problem = wrong(values)
    found = None
    if not problem:
        try:
            found = planned(runs.make_spec(**arguments(values)).model_dump_json(), store.version, store)
        except DeepBenchError as error:
            problem = str(error)
    if problem or found is None:
        st.subheader("Not yet", anchor=False)
        st.error(plain(problem or "Choose a model."), icon=":material/edit:")
        st.button("Start run", type="primary", disabled=True, key="start", width="stretch")
        return
    st.subheader(sentence(values, len(found.problems)), anchor=False)
    facts = {"Samples": f"{found.samples:,}" + (f", {found.done:,} answered before" if found.done else "")}
    facts["Tokens"] = f"about {approximately(found.prompt_tokens)} in, {approximately(found.completion_tokens)} out"
    facts["Cost"] = cost(found.cost, found.cost_at_most, values["model"])
    facts["Time"] = duration(found.seconds) if found.seconds else "no earlier run tells"
    facts["Published to"] = paths.results_dir().name + "/"
    if found.to_build:
        facts["First"] = f"builds {', '.join(found.to_build)} (minutes, once)"
    st.table({plain(k): plain(v) for k, v in facts.items()}, border="horizontal")
    if found.missing:
        for line in found.missing:
            st.warning(plain(line), icon=":material/key:" if "environment variable" in line else ":material/warning:")
        st.caption("Keys are read from the environment of the server, never entered or stored here.")
    if st.button(
        "Start run",
        type="primary",
        icon=":material/play_arrow:",
        disabled=bool(found.missing),
        key="start",
        width="stretch",
    ):
        try:
            run_id = runs.start(found.spec)
        except DeepBenchError as error:
            st.error(plain(str(error)))
            return
        st.session_state["run-shown"] = run_id
        st.toast("The run has started.", icon=":material/play_circle:")


@st.cache_data(max_entries=32, ttl=20, show_spinner=False)
def planned(spec: str, version: str, _store: Store) -> Any:
    """The plan of a spec; kept for a moment, since it reads the whole suite and every widget asks again."""
    from deepbench_core import runs

    return runs.plan(runs.RunSpec.model_validate_json(spec), _store)


def wrong(values: dict[str, Any]) -> str:
    """What no widget guarantees: its limits hold in the browser alone."""
    model = (values["model"] or "").strip()
    if not model:
        return "Choose a model, or type its name."
    limits = {
        "samples": (1, MOST_SAMPLES),
        "temperature": (0, 2),
        "max_tokens": (16, MOST_TOKENS),
        "workers": (1, MOST_WORKERS),
        "concurrency": (1, 64),
    }
    for name, (low, high) in limits.items():
        value = values[name]
        if value is None and name == "workers":
            continue
        if value is None or not low <= value <= high:
            return f"{name} must be between {low:g} and {high:g}"
    if values["samples"] > 1 and values["temperature"] == 0:
        return "Several samples need a temperature above 0: at 0 they would all be the same."
    if values["executor"] not in EXECUTORS or values["technique"] not in prompts.TECHNIQUES:
        return "There is no such executor or technique."
    missing = check_model(model)
    return missing[0] if missing and ("no model's name" in missing[0] or "no provider" in missing[0]) else ""


def arguments(values: dict[str, Any]) -> dict[str, Any]:
    """The form's values as a run takes them."""
    folders = {folder.name: folder for folder in data.suite_folders()}
    suite = values["suite"]
    folder = folders.get(suite)
    known = folder in problems.suite_folders()
    same = ("stages", "tasks", "modalities", "problem_ids", "technique", "executor", "workers", "concurrency")
    return {
        "model": values["model"].strip(),
        "suite": suite if known or folder is None else str(folder),
        "samples": int(values["samples"]),
        "parameters": {"temperature": float(values["temperature"]), "max_tokens": int(values["max_tokens"])},
        **{name: values[name] for name in same},
    }


def sentence(values: dict[str, Any], problems: int) -> str:
    """The choice of problems in words: `All 48 problems`, `9 training or inference problems on images`."""
    if values["problem_ids"]:
        return f"{problems} chosen problem{'s' * (problems != 1)}"
    named = [
        " or ".join(label(axis, v).lower() for v in values[field])
        for axis, field in (("stage", "stages"), ("task", "tasks"))
        if values[field]
    ]
    on = " or ".join(label("modality", v).lower() for v in values["modalities"])
    words = " ".join([*named, f"problem{'s' * (problems != 1)}"]) + (f" on {on} data" if on else "")
    return f"{'All ' if not named and not on else ''}{problems} {words}"


def cost(expected: float | None, most: float | None, model: str) -> str:
    if model.startswith("local/") or model in ("reference", "stub"):
        return "nothing: it runs on this machine"
    if expected is None:
        return "unknown for this model"
    return f"about ${expected:,.2f}" + (f", at most ${most:,.2f}" if most is not None else "")


def approximately(number: int) -> str:
    return f"{number:,}" if number < 10_000 else f"{number / 1000:,.0f}k" if number < 10**6 else f"{number / 1e6:,.1f}M"


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


main()
