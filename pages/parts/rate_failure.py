"""The form for one failed sample: a category by number key, and what else there is to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from deepbench_core import browse, paths, review
from deepbench_core.annotations import Annotation, Item
from deepbench_core.browse import Sample, SampleKey
from deepbench_core.categories import Category, Facet
from deepbench_core.errors import DeepBenchError
from deepbench_core.review import Entry, Rater
from deepbench_core.store import Store
from pages.parts import sample_view
from pages.parts.words import plain

KEYS = dict(zip([c for c in Category if c.number], "1234567890qwety", strict=True))
TICKS = {
    "harness_error": "Harness error",
    "wrong_test": "The test is wrong",
    "lacks_information": "The prompt lacks information",
}


def show(store: Store, entry: Entry, person: Rater, follow: Callable[[], None]) -> None:
    """One failure, its form, and, once that is allowed, what the others said."""
    item = entry.item
    found = browse.sample(store, SampleKey(item.run, item.problem, item.sample))
    if found is None:
        st.info("This sample has just gone from the results.", icon=":material/info:")
        return
    st.subheader(plain(entry.title), anchor=False)
    task, own = entry.task(person), review.mine(store, item, person)
    seen = st.query_params.get("seen", "")
    others = review.others(store, item, person)
    if task == "settle":
        st.info("Two raters differ. You are the expert who settles it.", icon=":material/balance:")
    elif task == "wait":
        st.info("Two have rated it already; nothing is asked of you here.", icon=":material/hourglass_empty:")
    elif seen:
        st.info(
            "You come from the machine's diagnosis, so your answer is kept as not blind and left out of agreement.",
            icon=":material/visibility:",
        )
    sample_view.why(found)
    answered = own is not None or task == "settle"
    if answered:
        what_was_said(found, own, others)
    elif seen and found.diagnosis:
        with st.container(border=True, key="machine", gap="xsmall"):
            sample_view.diagnosed(found.diagnosis, found.code)
    sample_view.three_texts(found, marked=answered or bool(seen))
    if task != "wait":
        ask(store, found, item, entry, person, own, others, follow)
    sample_view.tabs(found)


def what_was_said(found: Sample, own: Annotation | None, others: list[Annotation]) -> None:
    """One's own answer, the others' as far as they may be seen, and the machine's."""
    with st.container(border=True, key="others", gap="xsmall"):
        st.markdown("**What was said**")
        sample_view.said([*([own] if own else []), *others])
        if not others:
            st.caption("The other rater's answer shows once both have answered.")
        if found.diagnosis:
            st.caption("The machine:")
            sample_view.diagnosed(found.diagnosis, found.code)


def ask(
    store: Store,
    found: Sample,
    item: Item,
    entry: Entry,
    person: Rater,
    own: Annotation | None,
    others: list[Annotation],
    follow: Callable[[], None],
) -> None:
    """The questions. A draft belongs to its item: another one starts empty."""
    name = f"{item.run}/{item.problem}/{item.sample}"
    seen = st.query_params.get("seen", "")
    agreed = found.diagnosis if seen == "agree" and own is None else None
    prepare(name, own, agreed.category if agreed else None, agreed.facet if agreed else None)
    primary = st.session_state[f"primary {name}"]

    def choose(category: Category) -> None:
        st.session_state[f"primary {name}"] = category.value

    with st.container(border=True, key="questions"):
        chosen = f" Chosen: **{plain(Category(primary).label)}**" if primary else ""
        st.markdown(
            f"**Why did it fail?** One cause is primary.{chosen}",
            help="The number keys choose, Enter saves and goes on, j skips, k goes back, u takes the last answer back.",
        )
        with st.container(horizontal=True, gap="xsmall", key="categories"):
            for category, key in KEYS.items():
                st.button(
                    category.label,
                    key=f"category-{category.value}",
                    shortcut=key,
                    type="primary" if primary == category.value else "secondary",
                    on_click=choose,
                    args=(category,),
                    help=plain(f"{category.definition} For example: {category.example}"),
                )
        ticks = st.pills(
            "It is not the model's fault",
            list(TICKS),
            format_func=TICKS.__getitem__,
            selection_mode="multi",
            key=f"ticks {name}",
            help="Each of these is a cause by itself where none is chosen.",
        )
        st.pills(
            "What in deep learning it concerns",
            list(Facet),
            format_func=lambda f: f.label,
            key=f"facet {name}",
            help="  \n".join(f"**{f.label}**: {plain(f.definition)}" for f in Facet),
        )
        left, right = st.columns([2, 3], gap="medium")
        with left:
            st.multiselect(
                "Further causes",
                [c for c in Category if c.value != primary],
                format_func=lambda c: c.label,
                key=f"further {name}",
                placeholder="None",
            )
        with right:
            st.text_input("In your words", key=f"text {name}", max_chars=10_000, placeholder="Optional")
        settles = entry.task(person) == "settle" or (own is not None and own.role == "expert")
        fixed: dict[str, Any] = {
            "rater": person.name,
            "rater_kind": person.kind,
            "role": "expert" if settles else "rater",
            # Once others' answers, the machine's or one's own earlier one were in sight, it is not a fresh look.
            "blind": not (seen or settles or own is not None or others),
            "kind": "sample",
            "suite": item.suite,
            "problem_id": item.problem,
            "run_id": item.run,
            "sample": item.sample,
            "content": item.content,
        }

        def save() -> None:
            try:
                review.submit(store, paths.results_dir(), Annotation(**(fixed | draft(name))))
            except (DeepBenchError, ValueError) as error:
                st.session_state["review-error"] = str(error)
                return
            follow()

        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Settle and go on" if settles else "Save and go on" if own is None else "Change my answer",
                type="primary",
                icon=":material/check:",
                shortcut="Enter",
                key="save",
                disabled=not (primary or ticks),
                on_click=save,
            )
            with st.popover("What the causes mean", icon=":material/help:", key="meanings"):
                for category in Category:
                    st.markdown(f"**{plain(category.label)}** {plain(category.definition)}")
                    st.caption(f"{plain(category.example)}  \nNot: {plain(category.counter_example)}")


def draft(name: str) -> dict[str, Any]:
    """The answers as they stand now; a callback that closed over them would save those of the run before."""
    state = st.session_state
    ticks = state.get(f"ticks {name}") or ()
    return {
        "category": state.get(f"primary {name}") or None,
        "categories": tuple(state.get(f"further {name}") or ()),
        "facet": state.get(f"facet {name}"),
        "text": state.get(f"text {name}") or "",
    } | {tick: tick in ticks for tick in TICKS}


def prepare(name: str, own: Annotation | None, agreed: Category | None, facet: Facet | None) -> None:
    """The draft's first state: one's own earlier answer, or what one came to agree with."""
    if f"primary {name}" in st.session_state:
        return
    st.session_state[f"primary {name}"] = own.category.value if own and own.category else agreed.value if agreed else ""
    if own is not None:
        st.session_state[f"ticks {name}"] = [tick for tick in TICKS if getattr(own, tick)]
        st.session_state[f"facet {name}"] = own.facet
        st.session_state[f"further {name}"] = list(own.categories[1:])
        st.session_state[f"text {name}"] = own.text
    elif facet is not None:
        st.session_state[f"facet {name}"] = facet
