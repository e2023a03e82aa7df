"""Filters as widgets. Their state is the address: each widget's key is a field of `Filters`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException

from deepbench_core.filters import PROBLEM_FIELDS, Filters, Vocabulary, label

NAMES = {
    "stage": "Stage",
    "task": "Task",
    "modality": "Modality",
    "library": "Library",
    "perturbation": "Perturbation",
    "difficulty": "Difficulty",
    "environment": "Environment",
    "review": "Review",
    "model": "Model",
    "technique": "Technique",
    "verdict": "Verdict",
    "category": "Cause",
    "facet": "Facet",
    "openness": "Model weights",
}
HELP = {
    "stage": "Where in the deep-learning pipeline the code stands.",
    "task": "What the code is for.",
    "modality": "What kind of data goes in. “Other” is weights, hyper-parameters, graphs, audio and the like.",
    "library": "What the problem is about, as its benchmark says.",
    "perturbation": "How the benchmark varied another of its problems; “origin” for one that it did not.",
    "review": "How far people have checked a problem.",
    "environment": "The libraries that the code may import.",
    "openness": "Whether the developer publishes the model's weights, by its name.",
    "technique": "How the prompt is made from the problem.",
    "category": "Why a sample failed: what two people agree on or an expert settled, else what the machine found.",
    "facet": "What in deep learning a failure concerns, whatever its cause.",
}
Changed = Callable[[], None] | None


def pick(name: str, vocabulary: Vocabulary, *, on_change: Changed = None) -> dict[str, tuple[str, ...]]:
    """Several of a few values, all in sight."""
    options = _prepare(name, vocabulary)
    chosen = st.pills(
        NAMES[name],
        options,
        selection_mode="multi",
        format_func=lambda v: label(name, v),
        key=name,
        bind="query-params",
        help=HELP.get(name),
        on_change=on_change or "rerun",
        wrap=True,
    )
    return {name: tuple(chosen)}


def pick_in_menu(name: str, vocabulary: Vocabulary, *, on_change: Changed = None) -> dict[str, tuple[str, ...]]:
    """Like `pick`, behind a button that says what is chosen: for axes that would fill a phone's screen."""
    given = st.session_state.get(name)
    if given is None:
        given = st.query_params.get_all(name)
    words = [label(name, v) for v in given]
    title = NAMES[name] if not words else f"{NAMES[name]}: {words[0]}" + (f" +{len(words) - 1}" if words[1:] else "")
    with st.popover(title, key=f"{name}-menu"):
        return pick(name, vocabulary, on_change=on_change)


def axes(vocabulary: Vocabulary, *, on_change: Changed = None) -> dict[str, tuple[str, ...]]:
    """The three axes that label a problem; call inside a horizontal container."""
    with st.container(width="content"):
        chosen = pick("stage", vocabulary, on_change=on_change)
    for name in ("task", "modality"):
        chosen |= pick_in_menu(name, vocabulary, on_change=on_change)
    return chosen


def choose(name: str, vocabulary: Vocabulary, *, on_change: Changed = None) -> dict[str, tuple[str, ...]]:
    """Several of many values, in a list that opens."""
    options = _prepare(name, vocabulary)
    chosen = st.multiselect(
        NAMES[name],
        options,
        format_func=lambda v: label(name, v),
        key=name,
        bind="query-params",
        help=HELP.get(name),
        placeholder="All",
        on_change=on_change or "rerun",
    )
    return {name: tuple(chosen)}


def choose_known(names: Sequence[str], vocabulary: Vocabulary, *, on_change: Changed = None) -> dict[str, Any]:
    """`choose` for each of the filters that there is anything to choose from."""
    chosen: dict[str, Any] = {}
    for name in names:
        if vocabulary.options(name):
            chosen |= choose(name, vocabulary, on_change=on_change)
    return chosen


def suite(vocabulary: Vocabulary, *, on_change: Changed = None) -> dict[str, str]:
    """Which suite, where there are several."""
    if len(vocabulary.suites) < 2:
        return {"suite": vocabulary.default_suite}
    chosen = st.selectbox(
        "Suite",
        vocabulary.suites,
        index=vocabulary.suites.index(vocabulary.default_suite),
        key="suite",
        bind="query-params",
        help="A set of problems. Figures of different suites are never mixed.",
        on_change=on_change or "rerun",
    )
    return {"suite": chosen}


def any_suite(vocabulary: Vocabulary, *, on_change: Changed = None) -> dict[str, str]:
    """One suite or all of them, where samples are looked at one by one."""
    if len(vocabulary.suites) < 2:
        return {"suite": ""}
    chosen = st.selectbox(
        "Suite",
        (*vocabulary.suites, ""),
        index=vocabulary.suites.index(vocabulary.default_suite),
        format_func=lambda v: v or "All",
        key="suite",
        bind="query-params",
        on_change=on_change or "rerun",
    )
    return {"suite": chosen}


def counting() -> dict[str, bool]:
    """Which rows are ranked, and what counts against a model."""
    complete = st.toggle(
        "Rank only complete rows",
        value=True,
        key="complete",
        bind="query-params",
        help="A row is complete when 95% of the problems have an answer. Others are shown below, unranked.",
    )
    faults = st.toggle(
        "Count lost samples as failures",
        key="faults",
        bind="query-params",
        help="Samples that the harness or the model's provider lost. Usually they are missing coverage, "
        "not the model's failures; counting them has changed a published ranking.",
    )
    return {"complete": complete, "faults": faults}


def search(what: str, *, on_change: Changed = None) -> dict[str, str]:
    """A search field."""
    text = st.text_input(
        f"Search {what}",
        key="search",
        bind="query-params",
        type="search",
        live="300ms",
        placeholder=f"Search {what}",
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=on_change or "rerun",
    )
    return {"search": text or ""}


def clear(names: tuple[str, ...]) -> None:
    """Callback: put filters back to their defaults."""
    _put(Filters(), names)


def _put(filters: Filters, names: Iterable[str]) -> None:
    """Some of the filters into the state of their widgets."""
    for name in names:
        value = getattr(filters, name)
        st.session_state[name] = list(value) if isinstance(value, tuple) else value


def go(page: str, filters: Filters) -> None:
    """Callback: another page, with these filters.

    They go by the state of its widgets and by the address, but for parameters to which this page's own widgets are
    bound: those Streamlit lets nobody else write, and keeps in the address by itself.
    """
    _put(filters, [f.name for f in fields(filters)])
    query = filters.to_query()
    for name in list(query):
        try:
            st.query_params[name] = query[name]
        except StreamlitAPIException:
            del query[name]
    st.switch_page(page, query_params=query)


def describe(filters: Filters) -> str:
    """The filters on problems in a few words: `Training, Image`; empty for none."""
    named = (label(n, v) for n in PROBLEM_FIELDS for v in getattr(filters, n))
    return ", ".join(named)


def address(filters: Filters, page: str = "", **more: Any) -> str:
    """Relative address of a page with filters."""
    query = replace(filters).to_query() | {k: [str(v)] for k, v in more.items()}
    return f"{page}?{urlencode(query, doseq=True)}" if query else page


def link(filters: Filters, **more: Any) -> str:
    """Absolute address of this page as it stands, to send to someone."""
    base = (st.context.url or "").split("?")[0]
    return base + address(filters, **more)


def whole_address() -> str:
    """The address of this page as the browser shows it."""
    query = urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])
    base = (st.context.url or "").split("?")[0]
    return f"{base}?{query}" if query else base


def _prepare(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Options of a widget; slugs that someone wrote into the address by hand are understood too."""
    options = vocabulary.options(name)
    given = st.query_params.get_all(name)
    if name not in st.session_state and any(v in options and label(name, v) != v for v in given):
        by_name = {label(name, v): v for v in options} | {v: v for v in options}
        chosen = [by_name[v] for v in given if v in by_name]
        st.query_params[name] = [label(name, v) for v in chosen]
        st.session_state[name] = chosen
    return options
