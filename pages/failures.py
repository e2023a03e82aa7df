"""Failures: one sample at a time, with everything that tells why it did not pass."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from deepbench_core import browse, failures, review
from deepbench_core.browse import Sample, SampleKey
from deepbench_core.failures import Position
from deepbench_core.filters import UNDETERMINED, Filters, label
from deepbench_core.store import Store
from deepbench_core.taxonomy import Verdict
from pages.parts import cause_charts, controls, data, sample_view, states
from pages.parts.words import plain as safe

FILTERS = ("model", "verdict", "stage", "task", "modality", "category", "facet", "only_problem", "search")
LABELLED = ("model", "verdict", "stage", "task", "modality", "category", "facet")
LISTED = 200
OVERVIEW, ONE = "Overview", "One by one"

VERDICT_ICONS = {
    Verdict.PASSED: ":material/check_circle:",
    Verdict.FAILED: ":material/cancel:",
    Verdict.ERROR: ":material/error:",
    Verdict.TIMEOUT: ":material/timer_off:",
    Verdict.OUT_OF_MEMORY: ":material/memory:",
    Verdict.NO_CODE: ":material/code_off:",
    Verdict.CRASHED: ":material/bolt:",
    Verdict.TAMPERED: ":material/gpp_bad:",
    Verdict.HARNESS: ":material/build:",
    Verdict.PROVIDER: ":material/cloud_off:",
}
INTEGRITY = {
    "split": "The code ran in a process of its own; the tests never shared one with it.",
    "in-process": "The code and the tests shared a process; code that cheats could have deceived the tests.",
}


def main() -> None:
    store = data.start()
    words = data.vocabulary()
    head = st.container(key="head")
    chosen = view()
    filters = filter_widgets(words)
    if chosen == OVERVIEW:
        with head:
            overview_title(filters)
        cause_charts.overview(store, filters, words, narrow)
        states.skipped(store)
        return
    key = wanted()
    place = failures.position(store, filters, key)
    if key is None:
        key = place.next
        place = failures.position(store, filters, key) if key else place
    found = browse.sample(store, key) if key else None
    with head:
        header(place, found, key)
    if found:
        show(store, found)
    elif key:
        with st.container(border=True):
            st.markdown("**This sample isn't in the results at hand.** It may belong to another results folder.")
            st.button("Show all failures", on_click=controls.clear, args=(FILTERS,), key="clear")
    elif not words.models and not words.pseudo_models:
        states.nothing_yet()
    else:
        states.nothing_matches("samples", forget_and_clear, FILTERS)
    if place.total:
        listing(store, filters, place.total)
    states.skipped(store)


def filter_widgets(words: controls.Vocabulary) -> Filters:
    chosen: dict[str, Any] = {}
    with st.expander("Filters", icon=":material/filter_list:", key="filter-box", expanded=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            for name in ("verdict", "stage", "modality", "task"):
                with st.container(width="content"):
                    chosen |= controls.pick(name, words, on_change=forget)
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        with left:
            chosen |= controls.choose("model", words, on_change=forget)
            chosen |= controls.any_suite(words, on_change=forget)
            chosen |= controls.choose("facet", words, on_change=forget)
        with middle:
            chosen |= controls.choose("category", words, on_change=forget)
            chosen["only_problem"] = (
                st.text_input("Problem", key="only_problem", bind="query-params", placeholder="All", on_change=forget)
                or ""
            ).strip()
        with right:
            chosen |= controls.search("names and messages", on_change=forget)
    filters = Filters(**chosen)
    active = [label(n, v) for n in LABELLED for v in getattr(filters, n)]
    active += [v for v in (filters.only_problem, filters.search) if v]
    if active:
        with st.container(horizontal=True, vertical_alignment="center", key="active-filters"):
            st.text("Only " + " · ".join(active))
            st.button(
                "Clear",
                on_click=forget_and_clear,
                args=(FILTERS,),
                key="clear-active",
                type="tertiary",
                icon=":material/filter_alt_off:",
            )
    return filters


def view() -> str:
    """One sample at a time, or what the failures are altogether."""
    return (
        st.segmented_control(
            "View",
            [ONE, OVERVIEW],
            default=None if "view" in st.session_state else ONE,  # a chart sets it
            required=True,
            key="view",
            bind="query-params",
            label_visibility="collapsed",
        )
        or ONE
    )


def overview_title(filters: Filters) -> None:
    counts = data.causes_of(filters).categories()
    total = sum(counts.values())
    known = {c: n for c, n in counts.items() if c != UNDETERMINED}
    if not total:
        st.title("What goes wrong?", anchor=False)
        return
    if not known:
        st.title(f"{total:,} failures, none of them explained yet", anchor=False)
        return
    first, n = next(iter(known.items()))
    st.title(f"{label('category', first)} is the most frequent cause: {n:,} of {total:,} failures", anchor=False)
    st.caption(
        f"{total - sum(known.values()):,} not determined. A label is people's where two agree or an expert settled it, "
        "else the machine's."
    )


def wanted() -> SampleKey | None:
    """The sample that the address names."""
    query = st.query_params
    if not query.get("run") or not query.get("problem"):
        return None
    number = query.get("sample", "0")
    return SampleKey(query["run"], query["problem"], int(number) if number.isdecimal() else 0)


def go(key: SampleKey) -> None:
    """Callback: show another sample."""
    for name, value in zip(("run", "problem", "sample"), key, strict=True):
        st.query_params[name] = str(value)


def forget() -> None:
    """Callback: other filters, so the first sample of the new list."""
    for name in ("run", "problem", "sample"):
        st.query_params.pop(name, None)


def narrow(chosen: dict[str, str]) -> None:
    """Callback: the samples behind a mark of the overview."""
    forget()
    for name, value in chosen.items():
        st.session_state[name] = [value]
    st.session_state["view"] = ONE


def forget_and_clear(names: tuple[str, ...]) -> None:
    forget()
    controls.clear(names)


def header(place: Position, found: Sample | None, key: SampleKey | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="walk"):
        st.button(
            "Previous",
            icon=":material/chevron_left:",
            shortcut="k",
            key="previous",
            disabled=place.previous is None,
            on_click=go,
            args=(place.previous,),
        )
        number = f"{place.index:,}" if place.index else "–"
        st.markdown(f"**{number} of {place.total:,}**" if place.total else "**None**")
        st.button(
            "Next",
            icon=":material/chevron_right:",
            icon_position="right",
            shortcut="j",
            key="next",
            disabled=place.next is None,
            on_click=go,
            args=(place.next,),
        )
        if found:
            st.space("stretch")
            with st.popover("Copy link", icon=":material/link:", key="link"):
                st.caption("This sample:")
                base = (st.context.url or "").split("?")[0]
                query = controls.address(Filters(), run=key.run, problem=key.problem, sample=key.sample) if key else ""
                st.code(base + query, language=None, wrap_lines=True)
    if not found:
        return
    row = found.row
    verdict = Verdict(row["verdict"])
    st.title(safe(found.problem.meta.title if found.problem else row["title"] or row["problem_id"]), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(
            verdict.label,
            icon=VERDICT_ICONS[verdict],
            color="blue" if verdict is Verdict.PASSED else "gray" if not verdict.scored else "orange",
            help=verdict.meaning,
        )
        st.text(f"{row['model']} · {row['technique']} · sample {row['sample']}")
        for name in ("stage", "task", "modality", "library"):
            if row[name]:
                st.badge(label(name, row[name]), color="gray", help=controls.HELP[name])
        st.badge(label("integrity", row["integrity"] or ""), color="gray", help=INTEGRITY.get(row["integrity"] or ""))
        if row["limit_hit"]:
            st.badge(
                f"limit {safe(row['limit_hit'])}",
                color="orange",
                icon=":material/speed:",
                help="Where it stopped.",
            )
        for flag in row["flags"] if row["flags"] is not None else ():
            st.badge(
                safe(flag),
                color="yellow",
                icon=":material/flag:",
                help="A suspicion without proof; it does not change the verdict.",
            )
        if row["stale"]:
            st.badge(
                "stale",
                color="gray",
                icon=":material/history:",
                help="The problem has changed since; this sample no longer counts on the leaderboard.",
            )
    if not place.index and place.total:
        st.caption("This sample isn't in the list below, because of its verdict, the filters, or a newer run.")


def show(store: Store, found: Sample) -> None:
    cause(store, found)
    sample_view.why(found)
    sample_view.three_texts(found)
    sample_view.tabs(found)


def cause(store: Store, found: Sample) -> None:
    """Why it failed: what people say, else the machine; and the way to say something oneself."""
    item = review.item_of(found)
    if item is None:
        return
    answers = review.public(store, item)
    with st.container(border=True, key="diagnosis", gap="xsmall"):
        if answers:
            sample_view.said(answers)
        if found.diagnosis:
            sample_view.diagnosed(found.diagnosis, found.code)
        elif not answers:
            st.text("Nobody has said yet why this failed.")
        place = {"run": item.run, "problem": item.problem, "sample": str(item.sample)}
        with st.container(horizontal=True, gap="small"):
            if found.diagnosis and found.diagnosis.category:
                to_review("Agree", "agree", place | {"seen": "agree"}, ":material/check:")
                to_review("Change", "change", place | {"seen": "change"}, ":material/edit:")
            else:
                to_review("Say why", "change", place, ":material/edit:")


def to_review(name: str, key: str, query: dict[str, str], icon: str) -> None:
    if st.button(name, key=key, icon=icon, help="Opens this sample under Review."):
        st.switch_page("pages/review.py", query_params=query)


def listing(store: Store, filters: Filters, total: int) -> None:
    with st.expander(f"All {total:,} samples in this list", icon=":material/list:", key="all"):
        pages = -(-total // LISTED)
        number = st.pagination(pages, key="page") if pages > 1 else 1
        found = failures.listed(store, filters, limit=LISTED, offset=(number - 1) * LISTED)
        keys = [SampleKey(str(r.run_id), str(r.problem_id), int(r.sample)) for r in found.itertuples()]

        def open_sample() -> None:
            go(keys[st.session_state["open-sample"].row])

        shown = pd.DataFrame(
            {
                "Problem": found["problem_id"],
                "Model": found["model"],
                "Sample": found["sample"],
                "Verdict": [label("verdict", v) for v in found["verdict"]],
                "Cause": [label("category", c) if isinstance(c, str) else None for c in found["category"]],
                "Failing test": found["failing_test"],
                "Message": found["message"],
            }
        )
        st.dataframe(
            shown,
            column_config={
                "Problem": st.column_config.ButtonColumn(
                    type="tertiary", key="open-sample", on_click=open_sample, alignment="left", width=190
                )
            },
            hide_index=True,
            placeholder="–",
            key="samples",
            alt="Samples within the filters",
        )


main()
