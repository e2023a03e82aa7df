"""The form for one problem: four questions, and an expert's signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from deepbench_core import paths, review
from deepbench_core.annotations import QUESTIONS, Annotation, Item
from deepbench_core.errors import DeepBenchError
from deepbench_core.filters import label
from deepbench_core.review import Entry, Rater
from deepbench_core.store import Store
from pages.parts import controls
from pages.parts.words import plain

YES, NO = "Yes", "No"


def show(store: Store, entry: Entry, person: Rater, follow: Callable[[], None]) -> None:
    """One problem as it is, its form, and, once that is allowed, what the others said."""
    item = entry.item
    problem = next((p for p in store.problems() if (p.suite, p.id) == (item.suite, item.problem)), None)
    if problem is None:
        st.info("This problem has just gone from the suites.", icon=":material/info:")
        return
    meta = problem.meta
    st.subheader(plain(meta.title), anchor=False)
    with st.container(horizontal=True, gap="small"):
        for name in ("stage", "task", "modality"):
            st.badge(label(name, str(getattr(meta, name))), color="blue", help=controls.HELP[name])
        st.badge(label("review", entry.verdict), color="gray", help=controls.HELP["review"])
    task, own = entry.task(person), review.mine(store, item, person)
    others = review.others(store, item, person)
    if task != "wait":
        ask(store, item, person, own, others, follow)
    else:
        st.info("Nothing is asked of you here: it is signed, or two have rated it.", icon=":material/check_circle:")
    if own is not None:
        with st.container(border=True, key="others", gap="xsmall"):
            st.markdown("**What was said**")
            said([own, *others])
            if not others:
                st.caption("The other rater's answer shows once both have answered.")
    with st.grid(3, min_column_width=380, gap="medium", key="problem-texts"):
        for name, text in (("Prompt", problem.prompt), ("Reference", problem.reference), ("Tests", problem.tests)):
            with st.container(gap="xsmall"):
                st.markdown(f"**{name}**")
                st.code(text, language="python", line_numbers=True, height=560)


def ask(
    store: Store,
    item: Item,
    person: Rater,
    own: Annotation | None,
    others: list[Annotation],
    follow: Callable[[], None],
) -> None:
    name = f"{item.suite}/{item.problem}/{item.content}"
    if own is not None and f"ready {name}" not in st.session_state:
        for question in QUESTIONS:
            st.session_state[f"{question} {name}"] = YES if getattr(own, question) else NO
        st.session_state[f"text {name}"] = own.text
    st.session_state[f"ready {name}"] = True

    def all_yes() -> None:
        for question in QUESTIONS:
            st.session_state[f"{question} {name}"] = YES

    with st.container(border=True, key="questions"):
        answers: dict[str, Any] = {}
        with st.grid(4, min_column_width=250, gap="medium", key="four-questions"):
            for question, words in QUESTIONS.items():
                answers[question] = st.segmented_control(words, [YES, NO], key=f"{question} {name}")
        st.text_input("In your words", key=f"text {name}", max_chars=10_000, placeholder="What is wrong")
        given = {q: None if v is None else v == YES for q, v in answers.items()}
        complete, good = None not in given.values(), all(given.values())

        def save(signed: bool) -> None:
            fields: dict[str, Any] = {
                "rater": person.name,
                "rater_kind": person.kind,
                "role": "expert" if person.expert else "rater",
                "blind": own is None and not others,
                "kind": "problem",
                "suite": item.suite,
                "problem_id": item.problem,
                "content": item.content,
                "signed": signed,
            }
            # Read here: a callback that closed over them would save the answers of the run before.
            now = {q: st.session_state.get(f"{q} {name}") for q in QUESTIONS}
            fields |= {q: None if v is None else v == YES for q, v in now.items()}
            fields["text"] = st.session_state.get(f"text {name}") or ""
            try:
                review.submit(store, paths.results_dir(), Annotation(**fields))
            except (DeepBenchError, ValueError) as error:
                st.session_state["review-error"] = str(error)
                return
            follow()

        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("All yes", shortcut="y", key="all-yes", icon=":material/done_all:", on_click=all_yes)
            st.button(
                "Save and go on" if own is None else "Change my answer",
                type="primary",
                icon=":material/check:",
                shortcut="Enter",
                key="save",
                disabled=not complete,
                on_click=save,
                args=(False,),
            )
            if person.expert:
                st.button(
                    "Sign as validated",
                    icon=":material/verified:",
                    shortcut="s",
                    key="sign",
                    disabled=not (complete and good),
                    on_click=save,
                    args=(True,),
                    help="Your name stands for it: the problem counts as validated while it stays as it is.",
                )


def said(answers: list[Annotation]) -> None:
    """What raters answered, one a line."""
    for a in answers:
        who = f"{a.rater} (a model)" if a.rater_kind == "model" else a.rater
        no = [words.rstrip("?") for q, words in QUESTIONS.items() if not getattr(a, q)]
        verdict = f"no to “{'” and “'.join(no)}”" if no else "yes to all four"
        signed = ", signed as validated" if a.signed else ""
        st.text(f"{who}: {verdict}{signed}{f' — {a.text}' if a.text else ''}"[:600])
