"""Compare: two models on the problems that both answered, disagreements first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from deepbench_core import browse, compare, figures, pairs, selection
from deepbench_core.browse import Sample
from deepbench_core.compare import Pair
from deepbench_core.filters import Filters, label
from deepbench_core.pairs import OUTCOMES
from deepbench_core.store import Store
from deepbench_core.taxonomy import Verdict
from pages.parts import charts, controls, data, states
from pages.parts.words import plain

FILTERS = ("stage", "task", "modality", "library", "perturbation", "difficulty", "environment", "review")
BOTH, NEITHER = "#4B5563", "#C3CAD3"
MATRIX = 25  # rows of the matrix of all pairs; more could not be read


def main() -> None:
    store = data.start()
    words = data.vocabulary()
    answer, bar = st.container(key="answer"), st.container(key="pick")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        filters = filter_widgets(words)
    chosen = selection.select(store, filters)
    best = sorted(range(len(chosen.entries)), key=lambda i: (not chosen.complete[i], -np.nanmean(chosen.scores[i])))
    names = [chosen.labels[i] for i in best]
    if len(names) < 2:
        with answer:
            st.title("Which of two models solves more?", anchor=False)
        if not words.models:
            states.nothing_yet()
        elif len(names) == 1 and not controls.describe(filters):
            st.info("Only one model has results on this suite; a comparison needs two.", icon=":material/info:")
        else:
            states.nothing_matches("two models with results", controls.clear, FILTERS)
        states.skipped(store)
        return
    with bar:
        a, b = two(names)
    if a == b:
        with answer:
            st.title("Choose two different models", anchor=False)
        return
    found = compare.pair(store, filters, a, b)
    with answer:
        headline(found)
    table = pairs.problems(store, filters, found)
    outcomes(found)
    wanted = st.query_params.get("problem")
    if wanted in set(table["id"]):
        side_by_side(store, found, str(wanted), table)
    listing(table, found)
    by_axis(table, found)
    all_pairs(store, filters)
    states.skipped(store)


def filter_widgets(words: controls.Vocabulary) -> Filters:
    chosen: dict[str, Any] = controls.axes(words)
    with st.popover("More filters", icon=":material/tune:", key="more"):
        chosen |= controls.suite(words)
        for name in ("difficulty", "environment", "review"):
            chosen |= controls.choose(name, words)
        chosen |= controls.choose_known(("library", "perturbation"), words)
        chosen |= controls.counting()
    return Filters(**chosen)


def two(names: list[str]) -> tuple[str, str]:
    """The two models; the best two where the address names none."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=330):
            a = st.selectbox("A", names, index=0, key="a", bind="query-params", on_change=forget)
        st.button("", icon=":material/swap_horiz:", key="swap", on_click=swap, help="Swap A and B")
        with st.container(width=330):
            b = st.selectbox("B", names, index=1, key="b", bind="query-params", on_change=forget)
    return a, b


def swap() -> None:
    """Callback."""
    st.session_state["a"], st.session_state["b"] = st.session_state["b"], st.session_state["a"]


def forget() -> None:
    """Callback: other models, so no open problem."""
    st.query_params.pop("problem", None)


def headline(found: Pair) -> None:
    points = f"{100 * abs(found.difference):.1f} points"
    if not found.test:
        title = "Too few problems in common to compare"
    elif not found.clear:
        title = f"{found.a} and {found.b} can't be told apart"
    else:
        ahead, behind = (found.a, found.b) if found.difference > 0 else (found.b, found.a)
        title = f"{ahead} leads {behind} by {points}"
    st.title(plain(title), anchor=False)
    st.caption(plain(found.sentence))


def outcomes(found: Pair) -> None:
    """Who solves what, as one bar."""
    colours = data.colours()
    first, second = colours[found.entry_a.model], colours[found.entry_b.model]
    if first == second:
        second = figures.PALETTE[(figures.PALETTE.index(first) + 1) % len(figures.PALETTE)]
    parts = [
        ("both", len(found.both), BOTH),
        (f"only {figures.short(found.a, 34)}", len(found.only_a), first),
        (f"only {figures.short(found.b, 34)}", len(found.only_b), second),
        ("neither", len(found.neither), NEITHER),
    ]
    # Drawn here; models' names are escaped.
    st.html(figures.outcome_bar(parts))


def listing(table: pd.DataFrame, found: Pair) -> None:
    counts = {name: len(getattr(found, name)) for name in OUTCOMES}
    titles = {"differ": f"Differ {counts['only_a'] + counts['only_b']}"}
    titles |= {name: f"{words} {counts[name]}" for name, words in OUTCOMES.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome = st.segmented_control(
            "Problems",
            ["differ", *OUTCOMES],
            format_func=lambda name: titles[name].rpartition(" ")[0],
            default="differ",
            required=True,
            key="outcome",
            bind="query-params",
            help="A problem counts as solved where at least half of a model's samples passed.",
        )
    kept = ["only_a", "only_b"] if outcome == "differ" else [outcome]
    rows = table[table["outcome"].isin(kept)].to_dict("records")
    if not rows:
        st.caption("No problem of this kind.")
        return

    def open_problem() -> None:
        st.query_params["problem"] = rows[st.session_state["open-both"].row]["id"]

    shown = pd.DataFrame(
        {
            "Problem": [r["id"] for r in rows],
            "Title": [r["title"] for r in rows],
            "Solved by": [pairs.OUTCOMES[r["outcome"]] for r in rows],
            "A": [100 * r["a"] for r in rows],
            "B": [100 * r["b"] for r in rows],
            "Stage": [label("stage", r["stage"]) for r in rows],
            "Task": [label("task", r["task"]) for r in rows],
            "Modality": [label("modality", r["modality"]) for r in rows],
        }
    )
    share = st.column_config.NumberColumn
    st.dataframe(
        shown,
        column_config={
            "Problem": st.column_config.ButtonColumn(
                type="tertiary", key="open-both", on_click=open_problem, alignment="left", width=190, pinned=True
            ),
            "Title": st.column_config.TextColumn(width=300),
            "Solved by": st.column_config.TextColumn(width=90, help="Whose samples passed, at least half of them."),
            "A": share(format="%.0f%%", width=56, help=f"Samples of {plain(found.a)} that passed."),
            "B": share(format="%.0f%%", width=56, help=f"Samples of {plain(found.b)} that passed."),
        },
        hide_index=True,
        key=f"problems-{outcome}",
        alt=f"{len(rows)} problems: {titles[str(outcome)]}",
    )
    st.caption(f"{len(rows)} problems. A click on a name shows both answers side by side.")


def side_by_side(store: Store, found: Pair, problem: str, table: pd.DataFrame) -> None:
    """Both answers to one problem."""
    title = table.loc[table["id"] == problem, "title"].iloc[0] or problem
    answers = [pairs.answer(store, entry, problem) for entry in (found.entry_a, found.entry_b)]
    with st.container(border=True, key="both-answers"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(title)}**")
            st.space("stretch")
            st.page_link(
                "pages/problems.py",
                label="The problem",
                icon=":material/grid_view:",
                query_params={"problem": problem},
            )
            st.button("Close", icon=":material/close:", on_click=forget, key="close", type="tertiary")
        with st.grid(2, min_column_width=380, gap="medium", key="two-codes"):
            for letter, name, sample in zip("AB", (found.a, found.b), answers, strict=True):
                with st.container(gap="xsmall"):
                    one_answer(letter, name, sample)
        codes = [(s.code if s else "")[: browse.SHOWN] for s in answers]
        if all(codes) and (changed := browse.diff(codes[0], codes[1], names=("A", "B"))):
            with st.expander("Difference of the two", icon=":material/difference:", key="difference"):
                st.code(changed, language="diff", wrap_lines=True)


def one_answer(letter: str, name: str, sample: Sample | None) -> None:
    if sample is None:
        st.text(f"{letter}  {name}: no answer that counts")
        return
    row, verdict = sample.row, Verdict(sample.row["verdict"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"{letter}  {figures.short(name, 34)}")
        st.badge(verdict.label, color="blue" if verdict is Verdict.PASSED else "orange", help=verdict.meaning)
        st.page_link(
            "pages/failures.py",
            label="All about it",
            icon=":material/arrow_forward:",
            query_params={"run": row["run_id"], "problem": row["problem_id"], "sample": str(row["sample"])},
        )
    if row["message"] and verdict is not Verdict.PASSED:
        st.text(row["message"][:300])
    if sample.code:
        long = sample.code.count("\n") > 22
        code = sample.code[: browse.SHOWN]
        st.code(code, language="python", line_numbers=True, height=460 if long else "content")
    else:
        st.caption("No code was found in the response.")


def by_axis(table: pd.DataFrame, found: Pair) -> None:
    st.subheader("By stage, task and modality", anchor=False)
    groups = pairs.by_axis(table)
    shown = pd.DataFrame(
        {
            "Axis": [figures.label_of(g.axis) for g in groups],
            "Label": [label(g.axis, g.value) for g in groups],
            "A": [100 * g.a for g in groups],
            "B": [100 * g.b for g in groups],
            "A − B": [100 * g.difference.value for g in groups],
            "95% interval": [
                f"{100 * g.difference.low:+.0f} to {100 * g.difference.high:+.0f}"
                if np.isfinite(g.difference.low)
                else f"too few (n = {g.difference.n})"
                for g in groups
            ],
            "Problems": [g.difference.n for g in groups],
        }
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        shown,
        column_config={
            "Label": st.column_config.TextColumn(width=200),
            "A": number(format="%.0f%%", width=70, help=f"Solved by {plain(found.a)}"),
            "B": number(format="%.0f%%", width=70, help=f"Solved by {plain(found.b)}"),
            "A − B": number(format="%+.0f", width=70, help="In points."),
            "Problems": number(width=80),
        },
        hide_index=True,
        key="by-axis",
        height="content",
        alt="The difference of the two models on every stage, task and modality",
    )
    clear = [label(g.axis, g.value).lower() for g in groups if g.difference.clear]
    st.caption(
        f"The interval leaves zero out on {', '.join(clear)}; with {len(groups)} labels looked at, about one in twenty "
        "does so by chance."
        if clear
        else "On no single label does the interval leave zero out."
    )


def all_pairs(store: Store, filters: Filters) -> None:
    st.subheader("All pairs", anchor=False)
    found = compare.matrix(store, filters)
    if len(found.names) < 2:
        st.caption("Fewer than two models have answered 95% of these problems; see “Rank only complete rows”.")
        return
    if len(found.names) <= MATRIX:
        charts.matrix(found, key="pairs")
    frame = found.frame()
    sure = int((frame["holm"] < 0.05).sum())
    st.caption(
        f"Row minus column in points; bold: still clear after Holm's correction for {len(frame)} pairs "
        f"({sure} are). A click compares the two."
    )
    if len(found.names) > MATRIX or st.toggle("Table of these numbers", key="numbers", bind="query-params"):
        percent = {name: st.column_config.NumberColumn(format="%+.3f") for name in ("difference", "low", "high")}
        st.dataframe(
            frame,
            column_config=percent | {n: st.column_config.NumberColumn(format="%.4f") for n in ("p", "holm")},
            hide_index=True,
            key="pair-numbers",
        )
        st.download_button(
            "CSV", lambda: frame.to_csv(index=False), "pairs.csv", "text/csv", icon=":material/download:", key="csv"
        )


main()
