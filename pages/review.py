"""Review: failures and problems one by one, rated without seeing what others said."""

from __future__ import annotations

from typing import Any

import streamlit as st

from deepbench_core import paths, review
from deepbench_core.annotations import Item, Kind
from deepbench_core.errors import DeepBenchError
from deepbench_core.filters import Filters
from deepbench_core.review import Entry, Progress, Rater
from deepbench_core.store import Store
from pages.parts import controls, data, rate_failure, rate_problem, rater, states
from pages.parts.words import plain

FILTERS = ("model", "verdict", "only_problem")
KINDS: dict[str, Kind] = {"Failures": "sample", "Problems": "problem"}
PLACE = ("run", "problem", "sample", "seen")


def main() -> None:
    store = data.start()
    head = st.container(key="head")
    with st.container(horizontal=True, vertical_alignment="bottom", key="what"):
        kind = KINDS[
            st.segmented_control(
                "What",
                list(KINDS),
                default="Failures",
                required=True,
                key="queue",
                bind="query-params",
                label_visibility="collapsed",
                on_change=forget,
            )
            or "Failures"
        ]
        filters = filter_widgets(kind)
        person = rater.who()
        if person:
            identity(person)
    if person is None or st.session_state.get("change-rater"):
        with head:
            st.title("Why did it fail, and is the problem fair?", anchor=False)
            st.caption(
                "Two people rate each item without seeing each other's answers; an expert settles where they differ. "
                "Models may rate too, and are never counted as people."
            )
        rater.introduce(person)
        return
    found = review.entries(store, person, kind, filters)
    state = review.progress(found, person)
    entry = chosen(found, person, kind)
    with head:
        headline(state, kind, len(found))
    if entry is None:
        nothing_left(state, filters, kind)
    else:
        walk(store, found, entry, person)
        rates = rate_failure.show if kind == "sample" else rate_problem.show
        rates(store, entry, person, lambda: follow(store, person, kind, filters, entry.item))
    states.skipped(store)


def filter_widgets(kind: Kind) -> Filters:
    words = data.vocabulary()
    given: dict[str, Any] = {}
    with st.popover("Filters", icon=":material/filter_list:", key="review-filters"):
        if kind == "sample":
            given |= controls.any_suite(words, on_change=forget)
            given |= controls.choose("model", words, on_change=forget)
            given |= controls.choose("verdict", words, on_change=forget)
        else:
            given |= controls.suite(words, on_change=forget)
            for name in ("stage", "task", "modality", "review"):
                given |= controls.choose(name, words, on_change=forget)
        given["only_problem"] = (
            st.text_input("Problem", key="only_problem", bind="query-params", placeholder="All", on_change=forget) or ""
        ).strip()
    return Filters(**given)


def identity(person: Rater) -> None:
    """Who is rating, and how to be somebody else."""
    name = f"{person.name}, expert" if person.expert else person.name
    if rater.signed_in():
        st.badge(plain(name), icon=":material/person:", color="gray")
    elif st.button(name, icon=":material/person:", key="be-another", type="tertiary", help="Change name or role"):
        st.session_state["change-rater"] = True
        st.rerun()


def headline(state: Progress, kind: Kind, shown: int) -> None:
    what = "failure" if kind == "sample" else "problem"
    many = f"{state.todo:,} {what}{'s' if state.todo != 1 else ''}"
    st.title(f"{many} to rate" if state.todo else f"No {what} waits for you", anchor=False)
    parts = [f"{state.mine:,} rated by you", f"{state.finished:,} of {state.total:,} finished by two raters"]
    parts += [f"{state.differ:,} wait for an expert"] if state.differ else []
    parts += [f"the first {review.MOST:,}, in a fixed random order"] if shown == review.MOST else []
    st.caption(" · ".join(parts))
    if state.total:
        st.progress(state.finished / state.total)


def chosen(found: list[Entry], person: Rater, kind: Kind) -> Entry | None:
    """The item that the address names, else the next to do."""
    query = st.query_params
    if problem := query.get("problem"):
        number = query.get("sample", "0")
        sample = (int(number) if number.isdecimal() else 0) if kind == "sample" else -1
        place = (problem, query.get("run", "") if kind == "sample" else "", sample)
        for entry in found:
            if (entry.item.problem, entry.item.run, entry.item.sample) == place:
                return entry
        st.caption("The item of this address isn't in the list: it passed, changed since, or the filters leave it out.")
    return review.next_to_do(found, person)


def go(item: Item | None) -> None:
    """Callback: to another item."""
    forget()
    if item is not None:
        st.query_params["problem"] = item.problem
        if item.kind == "sample":
            st.query_params["run"], st.query_params["sample"] = item.run, str(item.sample)


def forget() -> None:
    """Callback: no item in particular."""
    for name in PLACE:
        st.query_params.pop(name, None)


def follow(store: Store, person: Rater, kind: Kind, filters: Filters, item: Item) -> None:
    """After an answer: the next one to do."""
    found = review.next_to_do(review.entries(store, person, kind, filters), person, after=item)
    go(found.item if found else None)


def walk(store: Store, found: list[Entry], entry: Entry, person: Rater) -> None:
    """Back, on, and undo."""
    place = next(i for i, e in enumerate(found) if e.item == entry.item)
    later = review.next_to_do(found, person, after=entry.item)

    def back() -> None:
        try:
            item = review.undo(store, paths.results_dir(), person)
        except DeepBenchError as error:
            st.session_state["review-error"] = str(error)
            return
        if item is None:
            st.session_state["review-error"] = "There is nothing to take back."
        elif item.kind == entry.item.kind:
            go(item)

    with st.container(horizontal=True, vertical_alignment="center", key="walk"):
        st.button(
            "Previous",
            icon=":material/chevron_left:",
            shortcut="k",
            key="previous",
            disabled=place == 0,
            on_click=go,
            args=(found[place - 1].item,),
        )
        st.markdown(f"**{place + 1:,} of {len(found):,}**")
        st.button(
            "Skip" if entry.task(person) in ("rate", "settle") else "Next",
            icon=":material/chevron_right:",
            icon_position="right",
            shortcut="j",
            key="next",
            disabled=later is None,
            on_click=go,
            args=(later.item if later else None,),
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            shortcut="u",
            key="undo",
            on_click=back,
            help="Takes your latest answer back. Nothing is erased: a later row retracts it.",
        )
    if error := st.session_state.pop("review-error", None):
        st.error(plain(error), icon=":material/error:")


def nothing_left(state: Progress, filters: Filters, kind: Kind) -> None:
    with st.container(border=True, key="nothing-left"):
        if not state.total:
            what = "failed sample" if kind == "sample" else "problem"
            st.markdown(f"**There is no {what} to rate here.**")
            st.text("Remove a filter, or publish a run first." if filters != Filters() else "Publish a run first.")
            if st.button("Launch a run", icon=":material/play_circle:", key="empty-launch"):
                st.switch_page("pages/launch.py")
            return
        st.markdown("**Nothing waits for you.** What is left waits for another rater or for an expert.")
        if st.button("See how raters agree", type="primary", icon=":material/handshake:", key="to-agreement"):
            st.switch_page("pages/agreement.py")


main()
