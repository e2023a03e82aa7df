"""Leaderboard: which model solves how much, how sure that is, and what it rests on."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from deepbench_core import board, figures, lens
from deepbench_core.board import Leaderboard
from deepbench_core.filters import Filters
from deepbench_core.store import Store
from pages.parts import board_table, controls, data, lenses, runs_dialog, states
from pages.parts.charts import clickable
from pages.parts.words import plain

PROBLEM_FILTERS = (
    "stage",
    "task",
    "modality",
    "library",
    "perturbation",
    "difficulty",
    "environment",
    "review",
    "technique",
    "openness",
    "search",
)


def main() -> None:
    store = data.start()
    words = data.vocabulary()
    answer, filter_bar, body = st.container(key="answer"), st.container(key="filters"), st.container(key="board")
    with filter_bar:
        filters, columns, shown_figure, weights, day, newer = filter_widgets(words)
    since = day if newer else None
    with body, st.skeleton(height=240):
        found = board.leaderboard(store, filters, weights=weights, since=since)
    with answer:
        headline(found, filters, bool(weights), since)
    with body:
        if not words.models:
            states.nothing_yet()
        elif not len(found.frame) and board.without_rate(store, filters.suite):
            states.no_rate(filters.suite)
        elif not len(found.frame):
            states.nothing_matches("results", clear, PROBLEM_FILTERS)
        else:
            if weights:
                lenses.weighted(weights)
            if not (found.frame["rank"] != "").any():
                states.nobody_ranked(found.total)
            table(found, columns)
            actions(store, found, filters, weights, since)
            board_table.notes(found)
            if day:
                lenses.before_and_since(store, filters, day)
            if shown_figure:
                charts(found, filters)
        states.skipped(store)
    runs_dialog.of_address(store)


def filter_widgets(
    words: controls.Vocabulary,
) -> tuple[Filters, list[str], bool, dict[str, float], date | None, bool]:
    chosen: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen |= controls.axes(words)
        with st.popover("More filters", icon=":material/tune:", key="more"):
            chosen |= controls.suite(words)
            for name in ("technique", "openness", "difficulty", "environment", "review"):
                chosen |= controls.choose(name, words)
            chosen |= controls.choose_known(("library", "perturbation"), words)
            chosen |= controls.counting()
        weights = lenses.weight_widgets()
        day, newer = lenses.date_widgets()
        with st.popover("Columns", icon=":material/view_column:", key="columns-menu"):
            columns = st.pills(
                "Columns",
                [*board_table.EXTRA, *board_table.OPTIONAL],
                default=list(board_table.USUAL),
                selection_mode="multi",
                key="columns",
                bind="query-params",
            )
            shown_figure = st.toggle("Charts below the table", value=True, key="chart", bind="query-params")
        with st.container(width=200):
            chosen |= controls.search("models")
    return Filters(**chosen), list(columns), shown_figure, weights, day, newer


def clear(names: tuple[str, ...]) -> None:
    """Callback: all filters, dates and weights away."""
    controls.clear(names)
    lenses.clear()


def headline(found: Leaderboard, filters: Filters, weighted: bool, since: date | None) -> None:
    within = ", ".join(
        part for part in (controls.describe(filters), f"created since {since:%Y-%m-%d}" if since else "") if part
    )
    nobody = "No model has answered enough of these problems to be ranked."
    question = "How well do language models write deep-learning code?"
    if not found.total and within:
        nobody = question = "No problem carries all of these labels."
    st.title(plain(found.sentence) or (nobody if len(found.frame) else question), anchor=False)
    ranked = int((found.frame["rank"] != "").sum()) if len(found.frame) else 0
    parts = [f"{found.total} problems" + (f" ({within})" if within else ""), f"{ranked} ranked of {len(found.frame)}"]
    if len(found.frame):
        in_process = int((found.frame["integrity"] == "in-process").sum())
        parts.append("all verdicts by split judge" if not in_process else f"{in_process} with in-process verdicts")
        dates = found.frame["date"].dropna()
        parts += [f"last run {dates.max():%Y-%m-%d}"] if len(dates) else []
    if filters.faults:
        parts.append("lost samples count as failures")
    if weighted:
        parts.append("ranked by your own weights")
    st.caption(" · ".join(parts))


def table(found: Leaderboard, columns: list[str]) -> None:
    shown, config = board_table.layout(found, columns)
    rows = found.frame[["model", "run_ids"]].to_dict("records")

    def open_failures() -> None:
        row = rows[st.session_state["open-model"].row]
        # The other filters are bound to the address and stay in it by themselves.
        st.switch_page("pages/failures.py", query_params={"model": row["model"]})

    def open_run() -> None:
        runs_dialog.ask(rows[st.session_state["open-run"].row]["run_ids"][0])

    button = st.column_config.ButtonColumn
    config["Failures"] = button(
        "Failures",
        type="tertiary",
        width=82,
        key="open-model",
        on_click=open_failures,
        help="Opens what did not pass.",
    )
    config["Run"] = button(
        "Run",
        type="tertiary",
        width=92,
        key="open-run",
        on_click=open_run,
        help="Opens the manifest: everything needed to repeat the run.",
    )
    st.dataframe(
        shown,
        column_config=config,
        hide_index=True,
        row_height=38,
        placeholder="–",
        key="leaderboard",
        alt=f"Leaderboard of {len(shown)} models. {found.sentence}",
    )


def actions(store: Store, found: Leaderboard, filters: Filters, weights: dict[str, float], since: date | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        best = found.frame["name"].tolist()
        if len(best) > 1:
            suite = {"suite": filters.suite} if filters.suite else {}
            st.page_link(
                "pages/compare.py",
                label="Compare the first two",
                icon=":material/compare_arrows:",
                query_params={"a": best[0], "b": best[1]} | suite,
            )
        with st.popover("Failures of …", icon=":material/troubleshoot:", key="failures-of"):
            for row in found.frame.head(30).to_dict("records"):
                st.page_link(
                    "pages/failures.py",
                    label=plain(figures.short(row["model"], 45)),
                    query_params={"model": row["model"]} | ({"suite": filters.suite} if filters.suite else {}),
                )
        board_table.downloads(found, lambda: lens.sql(store, filters, weights=weights, since=since))
        with st.popover("Copy link", icon=":material/link:", key="link"):
            st.caption("This table, with its filters, columns, weights and dates:")
            st.code(controls.whole_address(), language=None, wrap_lines=True)


def charts(found: Leaderboard, filters: Filters) -> None:
    colours = data.colours()
    with st.grid(2, min_column_width=420, gap="large", key="charts"):
        with st.container(gap="xsmall"):
            st.markdown("**Solved, with 95% interval**")
            clickable(
                figures.ranking(found.frame, colours),
                key="ranking",
                alt=f"Share of problems solved by each model with its interval. {found.sentence}",
                filters=filters,
            )
        with st.container(gap="xsmall"):
            lenses.cost_chart(found, filters)


main()
