"""Leaderboard: which model solves how much, how sure that is, and what it rests on."""

from __future__ import annotations

import io

import pandas as pd
import streamlit as st

from deepbench_core import board, figures
from deepbench_core.board import BADGES, Leaderboard
from deepbench_core.filters import Filters, label
from deepbench_core.taxonomy import AXES
from pages.parts import controls, data, states
from pages.parts.words import plain

PROBLEM_FILTERS = ("stage", "task", "modality", "difficulty", "environment", "review", "technique", "search")
EXTRA = {
    "Stages": "stage",
    "Tasks": "task",
    "Modalities": "modality",
}
OPTIONAL = {
    "Tokens": "tokens",
    "Seconds a call": "latency",
    "Lost samples": "lost",
    "Date": "date",
    "Technique": "technique",
    "Parameters": "parameters",
}


def main() -> None:
    store = data.start()
    words = data.vocabulary()
    answer, filter_bar, body = st.container(key="answer"), st.container(key="filters"), st.container(key="board")
    with filter_bar:
        filters, columns, shown_figure = filter_widgets(words)
    with body, st.skeleton(height=240):
        found = board.leaderboard(store, filters)
    with answer:
        headline(found, filters)
    with body:
        if not words.models:
            states.nothing_yet()
        elif not len(found.frame):
            states.nothing_matches("results", controls.clear, PROBLEM_FILTERS)
        else:
            table(found, filters, columns)
            notes(found)
            if shown_figure:
                st.plotly_chart(
                    figures.ranking(found.frame, data.colours()),
                    key="ranking",
                    config={"displayModeBar": False},
                    alt=f"Share of problems solved by each model with its interval. {found.sentence}",
                )
        states.skipped(store)


def filter_widgets(words: controls.Vocabulary) -> tuple[Filters, list[str], bool]:
    chosen: dict[str, object] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen |= controls.axes(words)
        with st.popover("More filters", icon=":material/tune:", key="more"):
            chosen |= controls.suite(words)
            for name in ("technique", "difficulty", "environment", "review"):
                chosen |= controls.choose(name, words)
            chosen |= controls.counting()
        with st.popover("Columns", icon=":material/view_column:", key="columns-menu"):
            columns = st.pills(
                "Columns",
                [*EXTRA, *OPTIONAL],
                default=["Stages", "Tokens"],
                selection_mode="multi",
                key="columns",
                bind="query-params",
            )
            shown_figure = st.toggle("Chart below the table", value=True, key="chart", bind="query-params")
        with st.container(width=200):
            chosen |= controls.search("models")
    return Filters(**chosen), list(columns), shown_figure  # type: ignore[arg-type]


def headline(found: Leaderboard, filters: Filters) -> None:
    within = controls.describe(filters)
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
        parts.append(f"last run {found.frame['date'].max():%Y-%m-%d}")
    if filters.faults:
        parts.append("lost samples count as failures")
    st.caption(" · ".join(parts))


def table(found: Leaderboard, filters: Filters, columns: list[str]) -> None:
    shown, config = layout(found, columns)
    rows = found.frame[["model", "technique"]].to_dict("records")
    picked = "open-model"

    def open_failures() -> None:
        row = rows[st.session_state[picked].row]
        # The other filters are bound to the address and stay in it by themselves.
        st.switch_page("pages/failures.py", query_params={"model": row["model"]})

    config["Failures"] = st.column_config.ButtonColumn(
        "Failures",
        type="tertiary",
        width=82,
        key=picked,
        on_click=open_failures,
        help="Opens what did not pass.",
    )
    shown["Failures"] = [f"{r.samples - r.solved_samples} failed" for r in found.frame.itertuples()]
    st.dataframe(
        shown,
        column_config=config,
        hide_index=True,
        row_height=38,
        placeholder="–",
        key="leaderboard",
        alt=f"Leaderboard of {len(shown)} models. {found.sentence}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Failures of …", icon=":material/troubleshoot:", key="failures-of"):
            for row in found.frame.head(30).to_dict("records"):
                st.page_link(
                    "pages/failures.py",
                    label=plain(figures.short(row["model"], 45)),
                    query_params={"model": row["model"]} | ({"suite": filters.suite} if filters.suite else {}),
                )
        downloads(found)
        with st.popover("Copy link", icon=":material/link:", key="link"):
            st.caption("This table, with its filters:")
            st.code(controls.link(filters), language=None, wrap_lines=True)


def layout(found: Leaderboard, columns: list[str]) -> tuple[pd.DataFrame, dict[str, object]]:
    """The frame as shown, in its order, with the configuration of its columns."""
    frame, colours = found.frame, data.colours()
    number = st.column_config.NumberColumn
    top = max(0.25, float(frame["high"].max(skipna=True) or 1.0))
    top = min(1.0, -(-top * 20 // 1) / 20)  # up to the next 5 points
    shown = pd.DataFrame(
        {"Rank": frame["rank"].replace("", "–"), "Model": [figures.row_name(r) for r in frame.to_dict("records")]}
    )
    shown["pass@1"] = 100 * frame["pass@1"]
    shown["Interval"] = [
        figures.interval_svg(r["pass@1"], r["low"], r["high"], colour=colours[r["model"]], top=top)
        for r in frame.to_dict("records")
    ]
    config: dict[str, object] = {
        "Rank": st.column_config.TextColumn(
            width=52,
            pinned=True,
            help="A range where paired differences leave several places possible. “–”: not ranked, see the notes.",
        ),
        "Model": st.column_config.TextColumn(pinned=True, width=218),
        "pass@1": number(format="%.1f%%", width=66, help="Share of problems solved with one attempt."),
        "Interval": st.column_config.ImageColumn(
            f"0 to {100 * top:.0f}%", width=176, help="pass@1 with its 95% interval over problems."
        ),
    }
    for k in found.ks:
        shown[f"pass@{k}"] = 100 * frame[f"pass@{k}"]
        config[f"pass@{k}"] = number(
            format="%.1f%%", width=66, help=f"Chance that one of {k} attempts passes; empty where fewer were drawn."
        )
    for name, axis in EXTRA.items():
        if name in columns:
            for value in AXES[axis]:
                if not frame[f"{axis}:{value} n"].any():
                    continue
                title = SHORT.get(value, value.label)
                shown[title] = 100 * frame[f"{axis}:{value}"]
                most = int(frame[f"{axis}:{value} n"].max())
                config[title] = st.column_config.ProgressColumn(
                    format="%.0f",
                    min_value=0,
                    max_value=100,
                    width=66,
                    help=f"{label(axis, value)}: % solved of at most {most} problems.",
                )
    shown["Problems"] = [f"{r.problems} of {found.total}" for r in frame.itertuples()]
    config["Problems"] = st.column_config.TextColumn(width=76, help="Problems with a judged answer.")
    shown["$ / solved"] = frame["cost_per_solved"]
    config["$ / solved"] = number(format="$%.4f", width=74, help="Cost of one pass over the problems, per solved one.")
    if "Tokens" in columns:
        shown["Tokens"] = frame["tokens"]
        config["Tokens"] = number(format="%.0f", width=58, help="Mean length of an answer in tokens.")
    if "Seconds a call" in columns:
        shown["Seconds a call"] = frame["latency"]
        config["Seconds a call"] = number(format="%.1f", width=75, help="Median time of a model call.")
    if "Lost samples" in columns:
        shown["Lost samples"] = [f"{r.harness} harness, {r.provider} provider" for r in frame.itertuples()]
    if "Date" in columns:
        shown["Date"] = frame["date"]
        config["Date"] = st.column_config.DateColumn(width=90)
    if "Technique" in columns:
        shown["Technique"] = frame["technique"]
    if "Parameters" in columns:
        shown["Parameters"] = frame["parameters"]
    shown["Notes"] = frame["badges"]
    config["Notes"] = st.column_config.MultiselectColumn(
        options=list(BADGES), color="gray", width=140, help="  \n".join(f"**{b}**: {t}" for b, t in BADGES.items())
    )
    return shown, config


SHORT = {
    "preprocessing": "Pre",
    "model-construction": "Constr",
    "training": "Train",
    "inference": "Infer",
    "evaluation": "Eval",
}


def notes(found: Leaderboard) -> None:
    """The meaning of every badge in sight, in a sentence."""
    present = [b for b in BADGES if any(b in badges for badges in found.frame["badges"])]
    if present:
        st.caption("  \n".join(f"**{b}** {BADGES[b]}" for b in present))


def downloads(found: Leaderboard) -> None:
    """The table's numbers in four formats."""
    flat = found.frame.assign(
        badges=[" ".join(b) for b in found.frame["badges"]], run_ids=[" ".join(r) for r in found.frame["run_ids"]]
    )
    narrow = flat[["rank", "model", "technique", "pass@1", "low", "high", "problems"]]

    def parquet() -> bytes:
        buffer = io.BytesIO()
        flat.to_parquet(buffer, index=False)
        return buffer.getvalue()

    with st.popover("Download", icon=":material/download:", key="download"):
        st.download_button("CSV", lambda: flat.to_csv(index=False), "leaderboard.csv", "text/csv", key="csv")
        st.download_button("Parquet", parquet, "leaderboard.parquet", key="parquet")
        st.download_button("Markdown", lambda: markdown(narrow), "leaderboard.md", "text/markdown", key="markdown")
        st.download_button(
            "LaTeX",
            lambda: narrow.to_latex(index=False, float_format="%.3f", escape=True),
            "leaderboard.tex",
            key="latex",
        )


def markdown(frame: pd.DataFrame) -> str:
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * len(frame.columns)]
    for row in frame.itertuples(index=False):
        cells = (f"{v:.3f}" if isinstance(v, float) else str(v).replace("|", "\\|") for v in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


main()
