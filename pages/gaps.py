"""Gaps: on which stages, tasks and modalities models are strong or weak, and which of that is more than noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from deepbench_core import figures, gaps
from deepbench_core.filters import Filters, label
from deepbench_core.gaps import Gap, Gaps
from deepbench_core.statistics import THIN
from deepbench_core.store import Store
from deepbench_core.taxonomy import AXES
from pages.parts import charts, controls, data, states
from pages.parts.words import SETTINGS, name_columns, plain

FILTERS = ("model", "library", "perturbation", "difficulty", "environment", "review", "technique")
CHARTED = 5  # models in the charts when none are chosen; more could not be told apart
PLURAL = {"stage": "stages", "task": "tasks", "modality": "modalities", "library": "libraries"}


def main() -> None:
    store = data.start()
    words = data.vocabulary()
    answer = st.container(key="answer")
    filters = filter_widgets(words)
    found = {axis: data.gaps_on(filters, axis) for axis in gaps.axes_of(store, filters)}
    with answer:
        headline(found)
    if not words.models:
        states.nothing_yet()
    elif not found["stage"].models:
        states.nothing_matches("results", controls.clear, FILTERS)
    else:
        summary(found)
        shown = [m.name for m in found["stage"].models if filters.model or m.complete][
            : None if filters.model else CHARTED
        ]
        shown = shown or [m.name for m in found["stage"].models][:CHARTED]
        dots(found, shown, filters)
        heat_map(found, filters)
        drill_down(store, filters, found)
        tables(found)
    states.skipped(store)


def filter_widgets(words: controls.Vocabulary) -> Filters:
    chosen: dict[str, object] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=420):
            chosen |= controls.choose("model", words)
        with st.popover("More filters", icon=":material/tune:", key="more"):
            chosen |= controls.suite(words)
            for name in ("technique", "difficulty", "environment", "review"):
                chosen |= controls.choose(name, words)
            chosen |= controls.choose_known(("library", "perturbation"), words)
            chosen |= controls.counting()
    return Filters(**chosen)  # type: ignore[arg-type]


def headline(found: dict[str, Gaps]) -> None:
    known = {axis: g.overall for axis, g in found.items() if g.overall.defined}
    if not known:
        st.title("Where are models strong, and where weak?", anchor=False)
        st.caption(f"A gap needs two groups with at least {THIN} answered problems each.")
        return
    parts = [f"{PLURAL[axis]} by {100 * gap.value:.0f}" for axis, gap in known.items()]
    first = parts[0].replace(" by ", " differ by ").capitalize() + " points"
    st.title(", ".join([first, *parts[1:]]), anchor=False)
    clear = [PLURAL[axis] for axis, gap in known.items() if gap.p < 0.05]
    verdict = f"more than noise: {' and '.join(clear)}" if clear else "none of it is more than noise"
    one = next(iter(found.values()))
    st.caption(
        f"{one.overall.name if len(one.models) > 1 else '1 model'} · {one.total} problems · {verdict}", help=HELP
    )


HELP = (
    "A gap is the pass rate of the best group minus that of the worst. The largest of several noisy differences is "
    "too large on average: “corrected” draws the groups' rates towards each other by as much as noise explains, and p "
    "says how often labels dealt at random would give a gap this wide."
)


def summary(found: dict[str, Gaps]) -> None:
    """Numbers first: every model's gap on every axis."""
    rows = []
    one = found["stage"]
    names = [m.name for m in (*one.models, *([one.overall] if len(one.models) > 1 else []))]
    for number in range(len(names)):
        row: dict[str, object] = {}
        for axis, axis_gaps in found.items():
            gap = (*axis_gaps.models, axis_gaps.overall)[number]
            title = label("", axis).capitalize()
            row[f"{title} gap"] = 100 * gap.value
            row[f"{title} 95% interval"] = interval(gap)
            row[f"{title} corrected"] = 100 * gap.corrected
            row[f"{title} p"] = gap.p
        rows.append(row)
    number_column = st.column_config.NumberColumn
    config: dict[str, object] = {"Model": st.column_config.TextColumn(pinned=True, width=210), "Settings": SETTINGS}
    for axis in found:
        title = label("", axis).capitalize()
        config[f"{title} gap"] = number_column(format="%.0f", width=82, help="Best minus worst group, in points.")
        config[f"{title} 95% interval"] = st.column_config.TextColumn("95%", width=72)
        config[f"{title} corrected"] = number_column("corrected", format="%.0f", width=76, help=HELP)
        config[f"{title} p"] = number_column("p", format="%.3f", width=60, help=HELP)
    st.dataframe(
        pd.DataFrame(name_columns(names)).join(pd.DataFrame(rows)),
        column_config=config,
        hide_index=True,
        placeholder="–",
        key="gap-table",
        alt="Each model's gap among stages, tasks and modalities, with interval and p",
    )


def interval(gap: Gap) -> str:
    return f"{100 * gap.low:.0f} to {100 * gap.high:.0f}" if gap.defined else "–"


def dots(found: dict[str, Gaps], names: list[str], filters: Filters) -> None:
    st.subheader("Side by side", anchor=False)
    shown = [m for m in found["stage"].models if m.name in names]
    charts.legend([(m.name, m.entry.model if m.entry else "") for m in shown])
    more = len(found["stage"].models) - len(shown)
    note = f"{len(shown)} of {len(shown) + more} rows; choose others above. " if more else ""
    st.caption(f"{note}Grey and hollow: fewer than {THIN} problems. A click on a mark opens what did not pass there.")
    estimates = [g.estimate for f in found.values() for m in f.models if m.name in names for g in m.groups]
    highest = max((e.high for e in estimates if e.defined), default=1.0)
    with st.grid(3, min_column_width=340, gap="large", key="side-by-side"):
        for axis, axis_gaps in found.items():
            with st.container(gap="xsmall"):
                st.markdown(f"**{figures.label_of(axis)}**")
                marks = [m for m in axis_gaps.models if m.name in names]
                charts.clickable(
                    figures.gap_dots(axis_gaps, marks, data.colours(), data.symbols(), highest=highest),
                    key=f"dots-{axis}",
                    alt=f"Pass rate by {axis} with interval. {axis_gaps.overall.sentence}",
                    filters=filters,
                )
                if len(marks) > 1:
                    st.markdown(plain(axis_gaps.overall.sentence))
                clear = [m.sentence for m in marks if m.p < 0.05 or len(marks) == 1]
                for words in clear or [f"No single model's gap among {PLURAL[axis]} is more than noise."]:
                    st.caption(plain(words))


def heat_map(found: dict[str, Gaps], filters: Filters) -> None:
    st.subheader("All models", anchor=False)
    models = found["stage"].models[:30]
    columns = [(axis, g.value, g.label) for axis, a in found.items() for g in a.overall.groups if g.total]
    by_group = {(axis, m.name, g.value): g for axis, a in found.items() for m in a.models for g in m.groups}
    groups = [[by_group[axis, m.name, value] for axis, value, _ in columns] for m in models]
    charts.clickable(
        figures.heat(
            [m.name for m in models],
            [name for _, _, name in columns],
            [[g.estimate.value for g in line] for line in groups],
            [[g.estimate.n for g in line] for line in groups],
            [[[m.entry.model if m.entry else "", axis, value] for axis, value, _ in columns] for m in models],
            thin=THIN,
            breaks=[i for i in range(1, len(columns)) if columns[i][0] != columns[i - 1][0]],
        ),
        key="heat",
        alt="Pass rate in percent of each model on each stage, task and modality",
        filters=filters,
        width=max(900, 66 * len(columns)),
    )
    best = [max((g for g in line if not g.thin), key=lambda g: g.estimate.value, default=None) for line in groups]
    named = pd.Series([g.label.lower() for g in best if g]).value_counts()
    if len(named):
        n = int(named.iloc[0])
        st.caption(f"% of problems solved. {n} of {len(models)} models do best on {named.index[0]}; grey: n < {THIN}.")


def drill_down(store: Store, filters: Filters, found: dict[str, Gaps]) -> None:
    st.subheader("Stage × task", anchor=False)
    names = [m.name for m in found["stage"].models]
    model = st.selectbox("Of", ["All models", *names], key="drill-model", bind="query-params", width=360)
    one = next((m for m in found["stage"].models if m.name == model), None)
    # Only the rows of the model that is shown: an interval for each cell of each model would cost ten times as much.
    narrowed = replace(filters, model=(one.entry.model,)) if one and one.entry else filters
    table = gaps.drill(store, narrowed, ("stage", "task"))
    table = table[table["model"] == (model if model in set(table["model"]) else one.entry.model if one else model)]
    stages = [v.value for v in AXES["stage"]]
    tasks = [v.value for v in AXES["task"]]
    cell = {(r.stage, r.task): r for r in table.itertuples()}
    charts.clickable(
        figures.heat(
            [label("stage", s) for s in stages],
            [label("task", t) for t in tasks],
            [[cell[s, t].rate if (s, t) in cell else float("nan") for t in tasks] for s in stages],
            [[int(cell[s, t].n) if (s, t) in cell else 0 for t in tasks] for s in stages],
            [[[one.entry.model if one and one.entry else "", "stage", s, "task", t] for t in tasks] for s in stages],
            thin=THIN,
            row_height=46,
        ),
        key="drill",
        alt=f"Pass rate in percent of {model} on each stage and task",
        filters=filters,
        width=max(720, 92 * len(tasks)),
    )
    empty = sum((s, t) not in cell for s in stages for t in tasks)
    few = int((table["n"] < THIN).sum())
    st.caption(
        f"% of problems solved. Of {len(stages) * len(tasks)} cells {empty} have no problem at all (“–”), and {few} "
        f"have fewer than {THIN} answered ones (grey), too few to compare."
    )


def tables(found: dict[str, Gaps]) -> None:
    if st.toggle("Tables of these numbers", key="numbers", bind="query-params"):
        frame = pd.concat([g.frame().assign(axis=axis) for axis, g in found.items()], ignore_index=True)
        frame = frame[["model", "axis", "label", "rate", "low", "high", "n", "of", "thin"]]
        st.dataframe(frame.replace({np.nan: None}), hide_index=True, key="gap-numbers", placeholder="–")
        st.download_button(
            "CSV", lambda: frame.to_csv(index=False), "gaps.csv", "text/csv", icon=":material/download:", key="csv"
        )


main()
