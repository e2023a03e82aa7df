"""Runs as they go: one fragment that looks again while something is under way, and rests when nothing is."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from deepbench_core import figures
from deepbench_core.errors import DeepBenchError
from deepbench_core.filters import label
from deepbench_core.runs import Progress, State, cancel, list_runs, progress, resume
from pages.parts.words import plain

EVERY = 1.0  # seconds between two looks
LISTED = 20

ICONS = {
    State.QUEUED: ":material/hourglass_empty:",
    State.PREPARING: ":material/construction:",
    State.RUNNING: ":material/sync:",
    State.PUBLISHING: ":material/publish:",
    State.DONE: ":material/check_circle:",
    State.FAILED: ":material/error:",
    State.CANCELLED: ":material/cancel:",
    State.LOST: ":material/link_off:",
}
MEANINGS = {
    State.QUEUED: "Its worker is about to start.",
    State.PREPARING: "The environment or the model is made ready.",
    State.RUNNING: "Answers are asked for and judged.",
    State.PUBLISHING: "The results are being written.",
    State.DONE: "Everything is published.",
    State.FAILED: "It could not go on; what is finished is kept.",
    State.CANCELLED: "Somebody stopped it; what is finished is kept.",
    State.LOST: "Its worker ended without a word; what is finished is kept, and it can be resumed.",
}


def section() -> None:
    """All runs of this machine, the chosen one open."""
    active = any(run.state.active for run in list_runs())
    st.fragment(_section, run_every=EVERY if active else None)(active)


def _section(active: bool) -> None:
    runs = list_runs()
    if any(run.state.active for run in runs) != active:
        st.rerun()  # the whole page, so that looking again starts or ends
    st.subheader("Runs", anchor=False)
    if not runs:
        st.caption("None yet on this machine.")
        return
    runs = runs[:LISTED]
    ids = [run.run_id for run in runs]
    named = {run.run_id: f"{run.model} · {when(run.created)} · {label('', run.state)}" for run in runs}
    # Kept apart from the widget, which forgets its value when a new run changes its options.
    if st.session_state.get("run-shown") not in ids:
        st.session_state["run-shown"] = ids[0]
    shown = st.session_state["run-pick"] = st.session_state["run-shown"]
    st.selectbox(
        "Run",
        ids,
        format_func=lambda i: named[i],
        key="run-pick",
        label_visibility="collapsed",
        on_change=lambda: st.session_state.update({"run-shown": st.session_state["run-pick"]}),
    )
    try:
        one(progress(shown))
    except DeepBenchError as error:
        st.error(plain(str(error)), icon=":material/error:")


def one(run: Progress) -> None:
    """A run at this moment. The same elements in every state, so that nothing jumps while it goes."""
    with st.container(border=True, key="run"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(
                label("", run.state).capitalize() if not run.stopping else "Stopping",
                icon=ICONS[run.state],
                color="blue" if run.state.active or run.state is State.DONE else "orange",
                help=MEANINGS[run.state],
            )
            st.text(f"{run.model} on {run.suite}")
            st.space("stretch")
            buttons(run)
        st.text(run.message or MEANINGS[run.state])
        # Drawn here from numbers and our own colours alone: nothing of a model's is in it.
        st.html(figures.progress_bar(run.verdicts, run.total))
        st.caption(counts(run))
        with st.container(horizontal=True, gap="large"):
            st.metric("Finished", f"{run.done} of {run.total}", width="content")
            st.metric("Samples a minute", f"{60 * run.rate:.1f}" if run.rate else "–", width="content")
            st.metric("Time left", left(run.eta) if run.eta and run.state.active else "–", width="content")
            st.metric("Cost so far", "–" if run.cost is None else f"${run.cost:,.4f}", width="content")
            st.metric("Tokens", f"{run.tokens:,}", width="content")
        if run.errors:
            st.markdown("**Lost to the harness or the provider**, not counted against the model:")
            for message, n in run.errors.items():
                st.text(f"{n} × {message[:300]}")
        recent(run)
        with st.expander("Log", key="log"):
            st.code(run.log or "Nothing yet.", language=None, wrap_lines=True, height=260)


def buttons(run: Progress) -> None:
    if run.state.active:
        st.button(
            "Cancel", icon=":material/stop:", key="cancel", disabled=run.stopping, on_click=_tried, args=(cancel, run)
        )
    elif run.resumable:
        st.button(
            "Resume",
            icon=":material/resume:",
            key="resume",
            on_click=_tried,
            args=(resume, run),
            help="Goes on where it stopped; nothing finished is asked or paid for again.",
        )
    if run.published:
        query = {"model": run.model}
        st.page_link("pages/leaderboard.py", label="Leaderboard", icon=":material/leaderboard:")
        st.page_link("pages/failures.py", label="Failures", icon=":material/troubleshoot:", query_params=query)
    if failure := st.session_state.pop("run-failure", None):
        st.error(plain(failure))


def recent(run: Progress) -> None:
    """The last samples, newest first; of the same height from the first moment on."""
    height = 35 * (min(10, run.total) + 1) + 3
    if not run.recent:
        if run.state.active:
            with st.container(height=height, border=False):
                st.caption("The last ten samples appear here.")
        return
    found = pd.DataFrame(
        {
            "Problem": [s.problem_id for s in run.recent],
            "Sample": [s.sample for s in run.recent],
            "Verdict": [label("verdict", s.verdict) for s in run.recent],
            "Seconds": [s.seconds for s in run.recent],
            "Message": [s.message for s in run.recent],
        }
    )
    st.dataframe(
        found,
        column_config={
            "Problem": st.column_config.TextColumn(width=200),
            "Sample": st.column_config.NumberColumn(width=70),
            "Verdict": st.column_config.TextColumn(width=110),
            "Seconds": st.column_config.NumberColumn(format="%.2f", width=80),
        },
        hide_index=True,
        height=height,
        key="recent",
        alt="The last ten samples",
    )


def counts(run: Progress) -> str:
    """Verdicts in words beside the bar's colours."""
    found = [f"{n} {label('verdict', v).lower()}" for v, n in sorted(run.verdicts.items(), key=lambda item: -item[1])]
    waiting = run.total - run.done
    return " · ".join([*found, f"{waiting} to go"] if waiting else found) or "nothing finished yet"


def when(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def left(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{seconds / 60:.0f} min"
        if seconds < 5400
        else f"{seconds / 3600:.1f} h"
    )


def _tried(action: object, run: Progress) -> None:
    """Callback: what can go wrong is said in one line, next to the button."""
    try:
        action(run.run_id)  # type: ignore[operator]
    except DeepBenchError as error:
        st.session_state["run-failure"] = str(error)
