"""What the failures are: by model, stage, task and modality, and how two models differ."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from deepbench_core import causes, figures
from deepbench_core.causes import Tally
from deepbench_core.figures import causes as cause_figures
from deepbench_core.filters import UNDETERMINED, Filters, label
from deepbench_core.statistics import THIN
from deepbench_core.store import Store
from pages.parts import charts, controls, data
from pages.parts.words import plain


def overview(store: Store, filters: Filters, words: controls.Vocabulary, narrow: charts.Narrow) -> None:
    """All charts; each mark leads to its samples, by `narrow`, which sets the page's filters."""
    found = data.causes_of(filters)
    counts = found.categories()
    if not counts:
        st.info("No failure matches these filters.", icon=":material/info:")
        return
    if set(counts) == {UNDETERMINED}:
        with st.container(border=True, key="unexplained"):
            st.markdown("**Charts appear as soon as something is explained.** Rate some yourself, or let rules do it:")
            st.code("deepbench diagnose --run RUN", language="bash")
            if st.button("Rate some", icon=":material/rate_review:", type="primary", key="to-review"):
                st.switch_page("pages/review.py")
        return
    st.html(figures.outcome_bar(cause_figures.category_bar(counts)))
    tables(counts, found.facets())
    st.subheader("Who makes which mistakes", anchor=False)
    st.caption(f"% of each row's failures. Grey: fewer than {THIN}. A click on a cell opens its samples.")
    mixes(found, filters, "model", narrow)
    two_models(store, found, filters, words, narrow)
    st.subheader("Where", anchor=False)
    for by in ("stage", "task", "modality"):
        st.markdown(f"**{figures.label_of(by)}**")
        mixes(found, filters, by, narrow)


def mixes(tally: Tally, filters: Filters, by: str, narrow: charts.Narrow) -> None:
    found = tally.mix(by)
    if not found.groups:
        return
    charts.clickable(
        cause_figures.mix(found),
        key=f"mix-{by}",
        alt=f"Share of failures by cause for each {by}",
        filters=filters,
        narrow=narrow,
        width=max(560, 170 + 84 * len(found.categories)),
    )


def tables(counts: dict[str, int], facets: dict[str, int]) -> None:
    """The numbers, and what they are of."""
    total = sum(counts.values())
    with st.expander("As tables", icon=":material/table_rows:", key="cause-tables"):
        left, right = st.columns(2, gap="medium")
        with left:
            frame = pd.DataFrame(
                {
                    "Cause": [label("category", c) for c in counts],
                    "Failures": list(counts.values()),
                    "Share": [100 * n / total for n in counts.values()],
                }
            )
            share = {"Share": st.column_config.NumberColumn(format="%.1f%%")}
            st.dataframe(frame, column_config=share, hide_index=True, key="cause-table", alt="Failures by cause")
            st.download_button(
                "CSV", lambda: frame.to_csv(index=False), "causes.csv", "text/csv", icon=":material/download:"
            )
        with right:
            if facets:
                shown = pd.DataFrame({"Facet": [label("facet", f) for f in facets], "Failures": list(facets.values())})
                st.dataframe(shown, hide_index=True, key="facet-table", alt="Failures by facet")
            else:
                st.caption("No failure has a facet yet.")


def two_models(store: Store, tally: Tally, filters: Filters, words: controls.Vocabulary, narrow: charts.Narrow) -> None:
    """Category by category, on the problems that both answered."""
    everyone = list(dict.fromkeys([*tally.mix("model").groups, *words.models]))
    if len(everyone) < 2:
        return
    st.subheader("How two models differ", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=330):
            a = st.selectbox("First", everyone, index=0, key="cause-a", bind="query-params")
        with st.container(width=330):
            b = st.selectbox("Second", everyone, index=1, key="cause-b", bind="query-params")
    if a == b:
        st.caption("Choose two different models.")
        return
    found = causes.contrast(store, filters, a, b)
    if not found:
        st.caption("They share no problem within these filters, or neither fails.")
        return
    clear = [c for c in found if c.difference.clear]
    first = (clear or found)[0]
    more = a if first.difference.value > 0 else b
    sure = "more than noise" if clear else "no more than noise"
    words_ = f"{first.label} costs {more} {100 * abs(first.difference.value):.0f} points more of its answers: {sure}"
    st.markdown(plain(f"{words_}, on {first.difference.n} problems that both answered."))
    colours = data.colours()
    charts.clickable(
        cause_figures.contrast(found, a, b, [colours.get(m, figures.PALETTE[-1]) for m in (a, b)]),
        key="contrast",
        alt=f"Difference between {a} and {b} for each cause, in points",
        filters=filters,
        narrow=narrow,
    )
    st.caption(
        plain(f"To the right: {a} fails that way more often; to the left: {b}. Hollow: the interval holds zero.")
    )
