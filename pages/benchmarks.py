"""Other benchmarks: the same models on two suites, and what papers report, kept apart from what was measured here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from deepbench_core import compare, figures, published
from deepbench_core.compare import Across
from deepbench_core.filters import Filters, label
from deepbench_core.store import Store
from pages.parts import controls, data, states
from pages.parts.charts import clickable
from pages.parts.words import plain


def main() -> None:
    store = data.start()
    words = data.vocabulary()
    answer, pick = st.container(key="answer"), st.container(key="pick")
    suites = with_results(store)
    if len(suites) < 2:
        with answer:
            st.title("How do models do on other benchmarks?", anchor=False)
        if not words.models and not suites:
            states.nothing_yet()
        else:
            only = f"Only {suites[0]} has results here. " if suites else ""
            st.info(
                f"{only}A drop between benchmarks needs the same models on two suites. `deepbench run --suite` makes "
                "results on another one.",
                icon=":material/info:",
            )
    else:
        measured(store, words, suites, answer, pick)
    from_papers(words)
    states.skipped(store)


def with_results(store: Store) -> list[str]:
    """Suites on which something was measured, our own last: it is what others are compared with."""
    usual = data.vocabulary().default_suite
    found = [row["suite"] for row in store.rows("select distinct suite from runs where ranked or source = 'imported'")]
    return sorted(found, key=lambda suite: (suite == usual, suite))


def measured(
    store: Store,
    words: controls.Vocabulary,
    suites: list[str],
    answer: st.delta_generator.DeltaGenerator,
    pick: st.delta_generator.DeltaGenerator,
) -> None:
    with pick, st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=240):
            a = st.selectbox("From", suites, index=0, key="from", bind="query-params")
        with st.container(width=240):
            b = st.selectbox("To", suites, index=len(suites) - 1, key="to", bind="query-params")
        with st.popover("More filters", icon=":material/tune:", key="more"):
            chosen = controls.choose("model", words)
            chosen |= controls.choose("technique", words)
            faults = controls.counting()["faults"]
    if a == b:
        with answer:
            st.title("Choose two different suites", anchor=False)
        return
    found = compare.across(store, a, b, Filters(faults=faults, **chosen))
    with answer:
        headline(found)
    if not found.drops:
        st.info("No model has results on both suites.", icon=":material/info:")
        return
    table(found)
    colours = data.colours()
    models = [d.name.split(" · ")[0] for d in found.drops]
    clickable(
        figures.dumbbells(
            [(d.name, (d.a.value, d.a.low, d.a.high), (d.b.value, d.b.low, d.b.high)) for d in found.drops],
            (a, b),
            [colours.get(model, figures.GREY) for model in models],
            [([model, "suite", a], [model, "suite", b]) for model in models],
        ),
        key="drops",
        alt=f"Pass rate of each model on {a} and on {b}. {found.sentence}",
        filters=Filters(**chosen),
    )


def headline(found: Across) -> None:
    if not found.drops:
        st.title(plain(f"No model was run on both {found.suite_a} and {found.suite_b}"), anchor=False)
        return
    mean = 100 * float(np.mean([d.value for d in found.drops]))
    st.title(
        plain(
            f"{abs(mean):.0f} points {'lower' if mean >= 0 else 'higher'} on {found.suite_b} than on {found.suite_a}"
        ),
        anchor=False,
    )
    st.caption(
        plain(found.sentence),
        help="The suites hold different problems, so the interval is that of two independent figures. A drop says that "
        "one suite is harder for a model than the other, not why.",
    )


def table(found: Across) -> None:
    def side(suite: str, which: str) -> dict[str, list[object]]:
        estimates = [getattr(d, which) for d in found.drops]
        return {
            suite: [100 * e.value for e in estimates],
            f"{suite} 95%": [f"{100 * e.low:.0f} to {100 * e.high:.0f}" for e in estimates],
            f"{suite} n": [e.n for e in estimates],
        }

    shown = pd.DataFrame(
        {"Model": [d.name for d in found.drops]}
        | side(found.suite_a, "a")
        | side(found.suite_b, "b")
        | {
            "Drop": [100 * d.value for d in found.drops],
            "Drop 95%": [f"{100 * d.low:+.0f} to {100 * d.high:+.0f}" for d in found.drops],
            "Notes": [
                ", ".join(
                    f"{100 * c:.0f}% of {s} answered"
                    for c, s in ((d.coverage_a, found.suite_a), (d.coverage_b, found.suite_b))
                    if c < 0.95
                )
                for d in found.drops
            ],
        }
    )
    number = st.column_config.NumberColumn
    config: dict[str, object] = {s: number(format="%.1f%%", width=90) for s in (found.suite_a, found.suite_b)}
    config["Model"] = st.column_config.TextColumn(pinned=True, width=210)
    config["Drop"] = number(format="%+.1f", width=70, help=f"{found.suite_a} minus {found.suite_b}, in points.")
    st.dataframe(
        shown,
        column_config=config,
        hide_index=True,
        placeholder="–",
        key="across",
        alt=f"Each model on {found.suite_a} and on {found.suite_b}",
    )
    st.download_button(
        "CSV",
        lambda: found.frame().to_csv(index=False),
        "across.csv",
        "text/csv",
        icon=":material/download:",
        key="csv",
    )


def from_papers(words: controls.Vocabulary) -> None:
    """Published figures: reference marks, with their citation, and no rank."""
    st.subheader("What papers report", anchor=False)
    drops = published.drops()
    if drops:
        mean = 100 * float(np.mean([d.value for d in drops]))
        st.markdown(
            f"The same {len(drops)} models, as published: {mean:.0f} points lower on {drops[0].b.benchmark} than on "
            f"{drops[0].a.benchmark} on average."
        )
        st.dataframe(
            pd.DataFrame(
                {
                    "Model, as the paper calls it": [d.model for d in drops],
                    drops[0].a.benchmark: [100 * d.a.rate for d in drops],
                    drops[0].b.benchmark: [100 * d.b.rate for d in drops],
                    "Drop": [100 * d.value for d in drops],
                    "Source": [d.a.source.url for d in drops],
                }
            ),
            column_config={
                drops[0].a.benchmark: st.column_config.NumberColumn(format="%.0f%%", width=100),
                drops[0].b.benchmark: st.column_config.NumberColumn(format="%.0f%%", width=100),
                "Drop": st.column_config.NumberColumn(format="%+.0f", width=70),
                "Source": st.column_config.LinkColumn(display_text=drops[0].a.source.identifier),
            },
            hide_index=True,
            key="published",
            alt="Published pass rates on two benchmarks",
        )
        st.plotly_chart(
            figures.dumbbells(
                [(d.model, (d.a.rate,), (d.b.rate,)) for d in drops],
                (f"{drops[0].a.benchmark}, published", f"{drops[0].b.benchmark}, published"),
                [figures.GREY] * len(drops),
            ),
            key="published-drops",
            config={"displayModeBar": False},
            alt="Published pass rates of each model on two benchmarks",
        )
    gaps(words)
    for source in dict.fromkeys(f.source for f in published.figures()):
        st.caption(plain(source.citation))
    st.caption(
        "Published figures come without intervals or the number of problems, on other problems and other versions of "
        "the models. They are marks to look at, and never part of a ranking here."
    )


def gaps(words: controls.Vocabulary) -> None:
    """The gaps that papers state beside those measured here."""
    stated = published.gaps()
    if not stated:
        return
    here = {g.axis: data.gaps_on(Filters(suite=words.default_suite), g.axis).overall for g in stated}
    st.dataframe(
        pd.DataFrame(
            {
                "Gap among": [label("", g.axis) + "s" for g in stated],
                "Published": [100 * g.value for g in stated],
                "On": [g.benchmark for g in stated],
                "Here, over all models": [100 * here[g.axis].value for g in stated],
                "95% interval": [
                    f"{100 * gap.low:.0f} to {100 * gap.high:.0f}" if (gap := here[g.axis]).defined else "too few"
                    for g in stated
                ],
                "Corrected": [100 * here[g.axis].corrected for g in stated],
            }
        ),
        column_config={
            name: st.column_config.NumberColumn(format="%.0f")
            for name in ("Published", "Here, over all models", "Corrected")
        },
        hide_index=True,
        placeholder="–",
        key="published-gaps",
        alt="Published gaps beside those measured here",
    )
    st.caption(
        "Points between the best and the worst group. A published gap is the largest observed, not corrected for "
        "picking the extremes."
    )


main()
