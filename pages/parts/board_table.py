"""The board as a table: its columns, what its badges mean, and its numbers to take away."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
import streamlit as st

from deepbench_core import figures
from deepbench_core.board import BADGES, Leaderboard
from deepbench_core.filters import label
from pages.parts import data, words

EXTRA = {
    "Stages": "stage",
    "Tasks": "task",
    "Modalities": "modality",
    "Libraries": "library",
}
OPTIONAL = (
    "pass@k",
    "pass^k",
    "Of those that ran",
    "Cost",
    "Tokens",
    "Seconds a call",
    "Lost samples",
    "Run",
    "Technique",
    "Parameters",
)
USUAL = ("Stages", "pass@k", "Cost", "Run")


def layout(found: Leaderboard, columns: list[str]) -> tuple[pd.DataFrame, dict[str, object]]:
    """The frame as shown, in its order, with the configuration of its columns."""
    frame, colours = found.frame, data.colours()
    number = st.column_config.NumberColumn
    top = max(0.25, float(frame["high"].max(skipna=True) or 1.0))
    top = min(1.0, -(-top * 20 // 1) / 20)  # up to the next 5 points
    called = words.name_columns(frame["name"])
    shown = pd.DataFrame({"Rank": frame["rank"].replace("", "–"), "Model": called.pop("Model")})
    shown["pass@1"] = 100 * frame["pass@1"]
    shown["Interval"] = [
        figures.interval_svg(r["pass@1"], r["low"], r["high"], colour=colours[r["model"]], top=top)
        for r in frame.to_dict("records")
    ]
    shown = shown.assign(**called)
    config: dict[str, object] = {
        "Rank": st.column_config.TextColumn(
            width=52,
            pinned=True,
            help="A range where paired differences leave several places possible. “–”: not ranked, see the notes.",
        ),
        "Model": st.column_config.TextColumn(pinned=True, width=200),
        "Settings": words.SETTINGS,
        "pass@1": number(format="%.1f%%", width=66, help="Share of problems solved with one attempt."),
        "Interval": st.column_config.ImageColumn(
            f"0 to {100 * top:.0f}%", width=136, help="pass@1 with its 95% interval over problems."
        ),
    }
    for k in found.ks:
        if "pass@k" in columns:
            shown[f"pass@{k}"] = 100 * frame[f"pass@{k}"]
            config[f"pass@{k}"] = number(
                format="%.1f%%",
                width=66,
                help=f"Chance that at least one of {k} attempts passes; empty where fewer were drawn.",
            )
        if "pass^k" in columns:
            shown[f"pass^{k}"] = 100 * frame[f"pass^{k}"]
            config[f"pass^{k}"] = number(
                format="%.1f%%", width=66, help=f"Chance that all of {k} attempts pass; empty where fewer were drawn."
            )
    shown["Problems"] = [f"{r.problems} of {found.total}" for r in frame.itertuples()]
    config["Problems"] = st.column_config.TextColumn(width=76, help="Problems with a judged answer.")
    if frame["badges"].str.len().any():
        shown["Notes"] = frame["badges"]
        config["Notes"] = st.column_config.MultiselectColumn(
            options=list(BADGES), color="gray", width=96, help="  \n".join(f"**{b}**: {t}" for b, t in BADGES.items())
        )
    if "Of those that ran" in columns:
        shown["Of those that ran"] = 100 * frame["pass_ran"]
        config["Of those that ran"] = number(
            format="%.1f%%",
            width=112,
            help="pass@1 of the samples whose tests ran to an end, leaving out those that could not be loaded, ran out "
            "of time or had no code. Some benchmarks count this way.",
        )
    for name, axis in EXTRA.items():
        if name in columns:
            for value in found.groups.get(axis, ()):
                if not frame[f"{axis}:{value} n"].any():
                    continue
                title = SHORT.get(value, label(axis, value))
                shown[title] = 100 * frame[f"{axis}:{value}"]
                most = int(frame[f"{axis}:{value} n"].max())
                config[title] = st.column_config.ProgressColumn(
                    format="%.0f",
                    min_value=0,
                    max_value=100,
                    width=62,
                    help=f"{label(axis, value)}: % solved of at most {most} problems.",
                )
    shown["Failures"] = [f"{r.samples - r.solved_samples} failed" for r in frame.itertuples()]
    if "Cost" in columns:
        shown["$ / solved"] = frame["cost_per_solved"]
        config["$ / solved"] = number(
            format="$%.4f", width=74, help="Cost of one pass over the problems, per solved one."
        )
    if "Tokens" in columns:
        shown["Tokens"] = frame["tokens"]
        config["Tokens"] = number(format="%.0f", width=58, help="Mean length of an answer in tokens.")
    if "Seconds a call" in columns:
        shown["Seconds a call"] = frame["latency"]
        config["Seconds a call"] = number(format="%.1f", width=75, help="Median time of a model call.")
    if "Lost samples" in columns:
        shown["Lost samples"] = [f"{r.harness} harness, {r.provider} provider" for r in frame.itertuples()]
    if "Run" in columns:
        shown["Run"] = [f"{d:%Y-%m-%d}" if not pd.isna(d) else "manifest" for d in frame["date"]]
    if "Technique" in columns:
        shown["Technique"] = frame["technique"]
    if "Parameters" in columns:
        shown["Parameters"] = frame["parameters"]
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


def downloads(found: Leaderboard, statement: Callable[[], str]) -> None:
    """The table's numbers in four formats, and the SQL that gives them again."""
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
        st.download_button(
            "SQL",
            statement,
            "leaderboard.sql",
            key="sql",
            help="One statement for DuckDB that computes these rows from the Parquet files alone.",
        )


def markdown(frame: pd.DataFrame) -> str:
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * len(frame.columns)]
    for row in frame.itertuples(index=False):
        cells = (f"{v:.3f}" if isinstance(v, float) else str(v).replace("|", "\\|") for v in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
