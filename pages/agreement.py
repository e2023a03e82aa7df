"""Agreement: how far raters say the same, and the machine with them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from deepbench_core import agreement, review
from deepbench_core.annotations import QUESTIONS, Item, Kind, RaterKind
from deepbench_core.figures import causes as cause_figures
from deepbench_core.filters import label
from deepbench_core.review import Agreement
from deepbench_core.statistics import THIN, Estimate
from deepbench_core.store import Store
from pages.parts import charts, data, states
from pages.parts.words import plain

KINDS: dict[str, Kind] = {"Failures": "sample", "Problems": "problem"}
RATERS: dict[str, RaterKind] = {"People": "person", "Models": "model", "Elsewhere": "elsewhere"}
WHOSE: dict[RaterKind, str] = {
    "person": "people",
    "model": "models, never counted as people",
    "elsewhere": "people elsewhere, as they came with imported failures; never counted with our own",
}
ASKED = {"category": "Cause", "facet": "Facet"} | QUESTIONS
HELP = (
    "Agreement beyond what chance would give: 1 is perfect, 0 no better than chance. The interval is a bootstrap over "
    "problems, since failures of one problem hang together."
)


def main() -> None:
    store = data.start()
    head = st.container(key="head")
    kind, of, question, blind = choices()
    found = review.agree(store, kind, of, question=question, only_blind=blind)
    with head:
        st.title(plain(found.sentence), anchor=False)
        st.caption(f"Ratings by {WHOSE[of]}" + (" · only answers given blind" if blind else ""))
    if not found.alpha.n:
        empty(store, kind, of, question, blind)
    else:
        figures(found)
        by_label(found, question)
        two_raters(found, question)
        differences(found, question)
    if kind == "sample" and question in ("category", "facet"):
        machine(store, of, question)
    states.skipped(store)


def choices() -> tuple[Kind, RaterKind, str, bool]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        what = st.segmented_control("Of", list(KINDS), default="Failures", required=True, key="of", bind="query-params")
        who = st.segmented_control("By", list(RATERS), default="People", required=True, key="by", bind="query-params")
        kind: Kind = KINDS[what or "Failures"]
        options = list(QUESTIONS) if kind == "problem" else ["category", "facet"]
        with st.container(width=330):
            question = st.selectbox("On", options, format_func=ASKED.__getitem__, key=f"on-{kind}")
        blind = st.toggle(
            "Only blind answers",
            value=True,
            key="blind",
            bind="query-params",
            help="Leaves out answers that were given after another's, or the machine's, was in sight.",
        )
    return kind, RATERS[who or "People"], question, blind


def empty(store: Store, kind: Kind, of: RaterKind, question: str, blind: bool) -> None:
    """What to do, and who else has rated."""

    def show(name: str) -> None:
        st.session_state["by"] = name

    with st.container(border=True, key="no-agreement"):
        st.markdown(
            "**Nothing to compare yet.** Agreement needs items that two rated without seeing each other's answers."
        )
        if of == "model":
            st.text("Models' ratings come in with: deepbench annotations import FILE --rater NAME --kind model")
        elif of == "person" and st.button("Rate some", type="primary", icon=":material/rate_review:", key="to-review"):
            query = {} if kind == "sample" else {"queue": "Problems"}
            st.switch_page("pages/review.py", query_params=query)
        for name, other in RATERS.items():
            if other == of:  # known to be none
                continue
            if twice := review.table(store, kind, other, question=question, only_blind=blind).rated_twice:
                words = f"{name} rated {twice:,} twice: see how they agree"
                st.button(words, icon=":material/handshake:", key=f"see-{other}", on_click=show, args=(name,))


def figures(found: Agreement) -> None:
    """The usual three, each with its interval and n."""
    with st.container(horizontal=True, gap="large"):
        metric("Krippendorff's alpha", found.alpha, HELP)
        if len(found.pairs) == 1:
            metric("Cohen's kappa", found.pairs[0][2], HELP)
        metric("Same answer", found.observed, "Share of pairs of ratings that are equal, chance not taken off.", True)
    if len(found.pairs) > 1:
        shown = pd.DataFrame(
            {
                "Raters": [f"{a} and {b}" for a, b, _ in found.pairs],
                "Cohen's kappa": [k.value for _, _, k in found.pairs],
                "95% interval": [interval(k) for _, _, k in found.pairs],
                "Items": [k.n for _, _, k in found.pairs],
            }
        )
        config = {"Cohen's kappa": st.column_config.NumberColumn(format="%.2f", help=HELP)}
        st.dataframe(shown, column_config=config, hide_index=True, key="pairs", placeholder="–", width="content")


def metric(name: str, value: Estimate, help_: str, share: bool = False) -> None:
    number = f"{100 * value.value:.0f}%" if share else f"{value.value:.2f}"
    with st.container(gap=None, width="content"):
        st.metric(name, number if value.defined else "–", help=help_, width="content")
        thin = ", too few to lean on" if value.n < THIN else ""
        st.caption(f"{interval(value, share)} · n = {value.n}{thin}")


def interval(value: Estimate, share: bool = False) -> str:
    if value.low != value.low:
        return "no interval"
    return f"{100 * value.low:.0f}–{100 * value.high:.0f}%" if share else f"{value.low:.2f} to {value.high:.2f}"


def by_label(found: Agreement, question: str) -> None:
    st.markdown(
        "**One by one**",
        help="Once one of two raters gave the answer, how often did the other? n: items on which anybody did.",
    )
    shown = pd.DataFrame(
        {
            "Answer": [words(question, str(o.label)) for o in found.by_label],
            "Agreement": [100 * o.agreement.value for o in found.by_label],
            "95% interval": [interval(o.agreement, True) for o in found.by_label],
            "n": [o.agreement.n for o in found.by_label],
        }
    ).sort_values("n", ascending=False)
    config = {"Agreement": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100, width=120)}
    st.dataframe(
        shown, column_config=config, hide_index=True, key="by-label", alt="Agreement on each answer", placeholder="–"
    )


def two_raters(found: Agreement, question: str) -> None:
    pairs = [(a, b) for a, b, _ in found.pairs]
    if not pairs:
        return
    a, b = pairs[0]
    if len(pairs) > 1:
        a, b = st.selectbox("Raters", pairs, format_func=lambda p: f"{p[0]} and {p[1]}", key="pair")
    st.markdown("**Who said what**")
    matrix(found.table.column(a), found.table.column(b), (a, b), question, "confusion")


def matrix(one: list[str | None], other: list[str | None], names: tuple[str, str], question: str, key: str) -> None:
    used = [v for v in review.answers_to(question) if v in one or v in other]
    counts = agreement.confusion(one, other, used)
    with st.grid(1, min_column_width=min(260 + 60 * len(used), 900), wrap=False, key=f"{key}-box"):
        st.plotly_chart(
            cause_figures.confusion([words(question, v) for v in used], counts, names),
            key=key,
            config=charts.PLAIN,
            alt=f"How often {names[0]} and {names[1]} gave which answer",
        )


def differences(found: Agreement, question: str) -> None:
    """The items on which two differ, each a click away."""
    rows: list[dict[str, Any]] = []
    items: list[Item] = []
    for item, labels in zip(found.table.items, found.table.labels, strict=True):
        given = {r: v for r, v in zip(found.table.raters, labels, strict=True) if v is not None}
        if len(set(given.values())) > 1:
            items.append(item)
            said = " · ".join(f"{r}: {words(question, v)}" for r, v in given.items())
            rows.append({"Item": item.problem, "Run": item.run or "–", "Answers": said})
    if not rows:
        return
    st.subheader(f"Where they differ: {len(rows):,}", anchor=False)

    def open_item() -> None:
        item = items[st.session_state["open-difference"].row]
        query = {"problem": item.problem}
        if item.kind == "sample":
            query |= {"run": item.run, "sample": str(item.sample)}
            st.switch_page("pages/failures.py", query_params=query)
        st.switch_page("pages/problems.py", query_params=query)

    config = {
        "Item": st.column_config.ButtonColumn(
            type="tertiary", key="open-difference", on_click=open_item, alignment="left", width=200
        ),
        "Answers": st.column_config.TextColumn(width=560),
    }
    st.dataframe(
        pd.DataFrame(rows), column_config=config, hide_index=True, key="differences", alt="Items on which raters differ"
    )


def machine(store: Store, of: RaterKind, question: str) -> None:
    """The machine against what raters agreed on or an expert settled."""
    found = review.machine(store, of, question=question)
    whose = {"person": "people", "model": "models", "elsewhere": "people elsewhere"}[of]
    st.subheader(f"The machine against {whose}", anchor=False)
    if not found.labels:
        st.caption(f"No failure has both a diagnosis and a label on which {whose} agree.")
        return
    with st.container(horizontal=True, gap="large"):
        metric("Cohen's kappa", found.kappa, HELP)
        metric("Same answer", found.right, f"Share of failures where the machine says what {whose} say.", True)
    if found.undetermined:
        st.caption(f"On {found.undetermined} more the machine does not say.")
    said = [a for a, _ in found.labels]
    machines = [b for _, b in found.labels]
    matrix(list(said), list(machines), (whose.capitalize(), "Machine"), question, "machine")


def words(question: str, answer: str) -> str:
    """An answer as people read it."""
    return {"true": "Yes", "false": "No"}.get(answer) or label(question, answer)


main()
