"""States that are not the happy one: what happened, what to do, one button."""

from __future__ import annotations

import streamlit as st

from deepbench_core.store import Store
from pages.parts.words import plain


def nothing_yet() -> None:
    """No result was published at all."""
    with st.container(border=True, key="empty"):
        st.subheader("No results yet")
        st.markdown(
            "A leaderboard appears as soon as a model has answered problems. The first run needs no key: "
            "a small language model that comes with `deepbench[local]` writes the code on this machine."
        )
        if st.button("Launch a run", type="primary", icon=":material/play_circle:", key="empty-launch"):
            st.switch_page("pages/launch.py")


def nobody_ranked(total: int) -> None:
    """Results are there, but no model has answered enough problems."""
    with st.container(border=True, key="nobody"):
        st.markdown(
            f"**A row is ranked once 95% of these {total} problems have an answer.** Rows that are not there yet are "
            "shown below with what they answered; *More filters* ranks them all the same."
        )
        if st.button("Launch a run", type="primary", icon=":material/play_circle:", key="nobody-launch"):
            st.switch_page("pages/launch.py")


def no_rate(suite: str) -> None:
    """A suite of failures that somebody collected."""
    with st.container(border=True, key="no-rate"):
        st.markdown(f"**What is here of {plain(suite)} was picked because it failed**, so no rate follows from it.")
        if st.button("Look at the failures", type="primary", icon=":material/troubleshoot:", key="no-rate-failures"):
            st.switch_page("pages/failures.py", query_params={"suite": suite})


def nothing_matches(what: str, on_click: object, names: tuple[str, ...]) -> None:
    """The filters leave nothing."""
    with st.container(border=True, key="no-match"):
        st.markdown(f"**No {what} match these filters.** Remove one, or start over.")
        st.button("Clear filters", on_click=on_click, args=(names,), icon=":material/filter_alt_off:", key="clear")


def skipped(store: Store) -> None:
    """What could not be read, quietly: named, and never fatal."""
    if not store.skipped:
        return
    some = len(store.skipped)
    words = f"{some} folder or file left out" if some == 1 else f"{some} folders or files left out"
    with st.expander(words, icon=":material/info:", key="skipped"):
        st.caption("They could not be read. Everything else is shown.")
        for item in store.skipped[:50]:
            st.text(f"{item.path.name}: {item.reason}")
