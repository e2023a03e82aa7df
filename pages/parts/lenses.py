"""The board in other ways: by one's own weights, before and since a date, and against what answers cost."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import streamlit as st

from deepbench_core import figures, lens, weights
from deepbench_core.board import Leaderboard
from deepbench_core.filters import Filters, label
from deepbench_core.statistics import Estimate
from deepbench_core.store import Store
from deepbench_core.taxonomy import AXES
from pages.parts import data
from pages.parts.charts import clickable
from pages.parts.words import plain

WEIGHTS = "weights"


def weight_widgets() -> dict[str, float]:
    """One's own weights, in a menu; the address carries those that are not 1."""
    given = weights.parse(st.query_params.get_all(WEIGHTS))
    title = "My weights" if not given else f"My weights: {len(given)}"
    with st.popover(title, icon=":material/balance:", key="weights-menu"):
        st.caption(
            "Which model for *your* work? A problem counts as often as its labels' weights multiplied say: 0 leaves a "
            "label out, 1 is usual."
        )
        for axis, kind in AXES.items():
            st.markdown(f"**{figures.label_of(axis)}**")
            with st.grid(2, min_column_width=150, gap="small", key=f"weights-{axis}"):
                for member in kind:
                    st.slider(
                        member.label,
                        0.0,
                        weights.MOST,
                        given.get(f"{axis}:{member.value}", 1.0),
                        0.5,
                        format="%.1f",
                        key=_key(axis, member.value),
                        on_change=_weighted,
                    )
        st.button("All back to 1", on_click=clear_weights, key="weights-clear", disabled=not given)
    return given


def weighted(given: dict[str, float]) -> None:
    """Which weights the table below is ranked by."""
    words = [f"{label(*name.split(':', 1))} × {weight:g}" for name, weight in given.items()]
    with st.container(horizontal=True, vertical_alignment="center", key="weighted"):
        st.text("Ranked by your weights: " + ", ".join(words))
        st.button(
            "Reset",
            on_click=clear_weights,
            key="weights-reset",
            type="tertiary",
            icon=":material/restart_alt:",
        )


def date_widgets() -> tuple[date | None, bool]:
    """A day to split the problems at, and whether to rank on the newer ones alone."""
    with st.popover("Contamination", icon=":material/event:", key="dates-menu"):
        st.caption(
            "A model may have met a problem that is older than the end of its training data. Give a model's cut-off, "
            "and see how it does on problems made before and since."
        )
        day = st.date_input(
            "Cut-off", value=None, key="since", bind="query-params", format="YYYY-MM-DD", max_value=date(2100, 1, 1)
        )
        newer = st.toggle("Rank only on newer problems", key="newer", bind="query-params", disabled=day is None)
    return (day, newer) if isinstance(day, date) else (None, False)


def before_and_since(store: Store, filters: Filters, day: date) -> None:
    """How each model does on the two halves."""
    st.subheader(f"Before and since {day:%Y-%m-%d}", anchor=False)
    splits = lens.contamination(store, filters, day)
    st.markdown(plain(lens.contamination_sentence(splits, day)))
    shown = pd.DataFrame(
        {
            "Model": [s.entry.model for s in splits],
            "Before": [100 * s.before.value for s in splits],
            "n before": [s.before.n for s in splits],
            "± before": [half(s.before) for s in splits],
            "Since": [100 * s.since.value for s in splits],
            "n since": [s.since.n for s in splits],
            "± since": [half(s.since) for s in splits],
            "Drop": [100 * s.drop.value for s in splits],
            "95% interval": [
                f"{100 * s.drop.low:+.0f} to {100 * s.drop.high:+.0f}" if np.isfinite(s.drop.low) else "too few"
                for s in splits
            ],
        }
    )
    number = st.column_config.NumberColumn
    share = {name: number(format="%.1f%%", width=80) for name in ("Before", "Since")}
    width = {
        name: number(format="%.1f", width=80, help="Half the width of the 95% interval, in points.")
        for name in ("± before", "± since")
    }
    st.dataframe(
        shown,
        column_config=share
        | width
        | {
            "Drop": number(
                format="%+.1f", width=80, help="Before minus since, in points. Newer problems may be harder."
            )
        },
        hide_index=True,
        placeholder="–",
        key="before-since",
        alt="Pass rate of each model on problems made before and since the date",
    )


def cost_chart(found: Leaderboard, filters: Filters) -> None:
    """Accuracy against cost; against tokens where nothing was paid."""
    paid = found.frame["cost"].gt(0).any()
    by = "cost" if paid else "tokens"
    words = "US dollars a problem" if paid else "tokens an answer"
    st.markdown(f"**Solved against {words}**")
    known = found.frame[by].gt(0) & found.frame["pass@1"].notna()
    if not known.any():
        st.caption("Neither cost nor tokens are known of these rows.")
        return
    rows = found.frame[known]
    ranked = rows["rank"].ne("").tolist()
    score = rows["pass@1"].where(rows["rank"].ne("")) if any(ranked) else rows["pass@1"]
    front = lens.pareto(rows[by].tolist(), score.tolist())
    clickable(
        figures.cost(rows, by, front, data.colours(), data.symbols()),
        key="cost",
        alt=f"Share of problems solved against {words}",
        filters=filters,
    )
    names = [name for name, on in zip(rows["name"], front, strict=True) if on]
    free = len(found.frame) - len(rows)
    ranked = bool((rows["rank"] != "").any())
    st.caption(
        (plain(f"No ranked model beats {', '.join(names)} in both.") if ranked else "No row here is ranked.")
        + (f" {free} rows without known {'cost' if paid else 'tokens'} are not shown." if free else "")
    )


def clear() -> None:
    """Callback: no dates and no weights."""
    clear_weights()
    st.session_state["since"], st.session_state["newer"] = None, False


def clear_weights() -> None:
    """Callback."""
    for axis, kind in AXES.items():
        for member in kind:
            st.session_state[_key(axis, member.value)] = 1.0
    st.query_params.pop(WEIGHTS, None)


def half(estimate: Estimate) -> float:
    return 50 * (estimate.high - estimate.low)


def _weighted() -> None:
    """Callback: the sliders into the address."""
    given = {
        f"{axis}:{member.value}": float(st.session_state[_key(axis, member.value)])
        for axis, kind in AXES.items()
        for member in kind
    }
    if words := weights.written(given):
        st.query_params[WEIGHTS] = words
    else:
        st.query_params.pop(WEIGHTS, None)


def _key(axis: str, value: str) -> str:
    return f"weight-{axis}-{value}"
