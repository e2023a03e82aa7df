"""Failures: one sample at a time, with everything that tells why it did not pass."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import streamlit as st

from deepbench_core import browse
from deepbench_core.browse import Position, Sample, SampleKey
from deepbench_core.filters import Filters, label
from deepbench_core.store import Store
from deepbench_core.taxonomy import Verdict
from pages.parts import controls, data, states
from pages.parts.words import plain as safe

FILTERS = ("model", "verdict", "stage", "task", "modality", "only_problem", "search")
LISTED = 200

VERDICT_ICONS = {
    Verdict.PASSED: ":material/check_circle:",
    Verdict.FAILED: ":material/cancel:",
    Verdict.ERROR: ":material/error:",
    Verdict.TIMEOUT: ":material/timer_off:",
    Verdict.OUT_OF_MEMORY: ":material/memory:",
    Verdict.NO_CODE: ":material/code_off:",
    Verdict.CRASHED: ":material/bolt:",
    Verdict.TAMPERED: ":material/gpp_bad:",
    Verdict.HARNESS: ":material/build:",
    Verdict.PROVIDER: ":material/cloud_off:",
}
OUTCOME_WORDS = {"passed": "✓ passed", "failed": "✗ failed", "error": "! error", "skipped": "– skipped"}
INTEGRITY = {
    "split": "The code ran in a process of its own; the tests never shared one with it.",
    "in-process": "The code and the tests shared a process; code that cheats could have deceived the tests.",
}


def main() -> None:
    store = data.start()
    words = data.vocabulary()
    head = st.container(key="head")
    filters = filter_widgets(words)
    key = wanted()
    place = browse.position(store, filters, key)
    if key is None:
        key = place.next
        place = browse.position(store, filters, key) if key else place
    found = browse.sample(store, key) if key else None
    with head:
        header(place, found, key)
    if found:
        show(store, found)
    elif key:
        with st.container(border=True):
            st.markdown("**This sample isn't in the results at hand.** It may belong to another results folder.")
            st.button("Show all failures", on_click=controls.clear, args=(FILTERS,), key="clear")
    elif not words.models and not words.pseudo_models:
        states.nothing_yet()
    else:
        states.nothing_matches("samples", forget_and_clear, FILTERS)
    if place.total:
        listing(store, filters, place.total)
    states.skipped(store)


def filter_widgets(words: controls.Vocabulary) -> Filters:
    chosen: dict[str, Any] = {}
    with st.expander("Filters", icon=":material/filter_list:", key="filter-box", expanded=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            for name in ("verdict", "stage", "modality", "task"):
                with st.container(width="content"):
                    chosen |= controls.pick(name, words, on_change=forget)
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        with left:
            chosen |= controls.choose("model", words, on_change=forget)
            chosen |= controls.any_suite(words, on_change=forget)
        with middle:
            chosen["only_problem"] = (
                st.text_input("Problem", key="only_problem", bind="query-params", placeholder="All", on_change=forget)
                or ""
            ).strip()
        with right:
            chosen |= controls.search("names and messages", on_change=forget)
    filters = Filters(**chosen)
    active = [label(n, v) for n in ("model", "verdict", "stage", "task", "modality") for v in getattr(filters, n)]
    active += [v for v in (filters.only_problem, filters.search) if v]
    if active:
        with st.container(horizontal=True, vertical_alignment="center", key="active-filters"):
            st.text("Only " + " · ".join(active))
            st.button(
                "Clear",
                on_click=forget_and_clear,
                args=(FILTERS,),
                key="clear-active",
                type="tertiary",
                icon=":material/filter_alt_off:",
            )
    return filters


def wanted() -> SampleKey | None:
    """The sample that the address names."""
    query = st.query_params
    if not query.get("run") or not query.get("problem"):
        return None
    number = query.get("sample", "0")
    return SampleKey(query["run"], query["problem"], int(number) if number.isdecimal() else 0)


def go(key: SampleKey) -> None:
    """Callback: show another sample."""
    for name, value in zip(("run", "problem", "sample"), key, strict=True):
        st.query_params[name] = str(value)


def forget() -> None:
    """Callback: other filters, so the first sample of the new list."""
    for name in ("run", "problem", "sample"):
        st.query_params.pop(name, None)


def forget_and_clear(names: tuple[str, ...]) -> None:
    forget()
    controls.clear(names)


def header(place: Position, found: Sample | None, key: SampleKey | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="walk"):
        st.button(
            "Previous",
            icon=":material/chevron_left:",
            shortcut="k",
            key="previous",
            disabled=place.previous is None,
            on_click=go,
            args=(place.previous,),
        )
        number = f"{place.index:,}" if place.index else "–"
        st.markdown(f"**{number} of {place.total:,}**" if place.total else "**None**")
        st.button(
            "Next",
            icon=":material/chevron_right:",
            icon_position="right",
            shortcut="j",
            key="next",
            disabled=place.next is None,
            on_click=go,
            args=(place.next,),
        )
        if found:
            st.space("stretch")
            with st.popover("Copy link", icon=":material/link:", key="link"):
                st.caption("This sample:")
                base = (st.context.url or "").split("?")[0]
                query = controls.address(Filters(), run=key.run, problem=key.problem, sample=key.sample) if key else ""
                st.code(base + query, language=None, wrap_lines=True)
    if not found:
        return
    row = found.row
    verdict = Verdict(row["verdict"])
    st.title(safe(found.problem.meta.title if found.problem else row["title"] or row["problem_id"]), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(
            verdict.label,
            icon=VERDICT_ICONS[verdict],
            color="blue" if verdict is Verdict.PASSED else "gray" if not verdict.scored else "orange",
            help=verdict.meaning,
        )
        st.text(f"{row['model']} · {row['technique']} · sample {row['sample']}")
        for name in ("stage", "task", "modality", "library"):
            if row[name]:
                st.badge(label(name, row[name]), color="gray", help=controls.HELP[name])
        st.badge(label("integrity", row["integrity"] or ""), color="gray", help=INTEGRITY.get(row["integrity"] or ""))
        if row["limit_hit"]:
            st.badge(
                f"limit {safe(row['limit_hit'])}",
                color="orange",
                icon=":material/speed:",
                help="Where it stopped.",
            )
        for flag in row["flags"] if row["flags"] is not None else ():
            st.badge(
                safe(flag),
                color="yellow",
                icon=":material/flag:",
                help="A suspicion without proof; it does not change the verdict.",
            )
        if row["stale"]:
            st.badge(
                "stale",
                color="gray",
                icon=":material/history:",
                help="The problem has changed since; this sample no longer counts on the leaderboard.",
            )
    if not place.index and place.total:
        st.caption("This sample isn't in the list below, because of its verdict, the filters, or a newer run.")


def show(store: Store, found: Sample) -> None:
    why(found)
    reference = found.problem.reference if found.problem else ""
    with st.grid(3, min_column_width=380, gap="medium", key="side-by-side"):
        with st.container(gap="xsmall"):
            st.markdown("**Prompt**")
            st.code(prompt_of(found), language=None, wrap_lines=True, height=460)
        with st.container(gap="xsmall"):
            st.markdown("**Code**")
            if found.code:
                st.code(cut(found.code), language="python", line_numbers=True, height=460)
            elif response := found.texts.get("response"):
                st.caption("No code was found in the response:")
                st.code(cut(response), language=None, wrap_lines=True, height=424)
            else:
                st.caption("No response.")
        with st.container(gap="xsmall"):
            st.markdown("**Reference**")
            if reference:
                st.code(reference, language="python", line_numbers=True, height=460)
            else:
                st.caption("The problem isn't among the suites at hand.")
    tabs = st.tabs(["Difference", "Response", "Traceback", "All tests", "Output", "Run"], key="tabs")
    with tabs[0]:
        changed = browse.diff(reference, cut(found.code)) if reference and found.code else ""
        if changed:
            st.code(changed, language="diff", wrap_lines=True)
        else:
            st.caption("Nothing to compare." if not (reference and found.code) else "The code equals the reference.")
    with tabs[1]:
        plain(found.texts.get("response"), "The model gave no response.", f"{found.row['problem_id']}.txt")
    with tabs[2]:
        shown = [t for t in found.failing if t.get("traceback")]
        for test in shown:
            st.text(str(test.get("id", "")))
            st.code(cut(str(test["traceback"])), language=None, wrap_lines=True)
        if not shown:
            st.caption("No test left a traceback.")
    with tabs[3]:
        all_tests(found)
    with tabs[4]:
        plain(found.texts.get("output"), "The code printed nothing.", "output.txt")
        if found.evidence:
            st.caption("Evidence of the judge")
            st.code(json.dumps(found.evidence, indent=1, ensure_ascii=False), language=None, wrap_lines=True)
    with tabs[5]:
        about_run(found)


def why(found: Sample) -> None:
    """The first failing test, or what else ended the sample."""
    row, first = found.row, next(iter(found.failing), None)
    with st.container(border=True, key="why"):
        if first is None:
            st.text(row["message"] or Verdict(row["verdict"]).meaning)
            return
        total = f"{row['tests_passed']} of {row['tests_total']} tests passed. " if row["tests_total"] else ""
        st.text(f"{total}First failing test: {first.get('id', '')}")
        values = first.get("values") or {}
        if "got" in values or "expected" in values:
            got, expected = st.columns(2)
            with got:
                st.caption("Got")
                st.code(cut(text_of(values.get("got"))), language=None, wrap_lines=True)
            with expected:
                st.caption("Expected")
                st.code(cut(text_of(values.get("expected"))), language=None, wrap_lines=True)
            if rest := {k: v for k, v in values.items() if k not in ("got", "expected")}:
                st.text(" · ".join(f"{k}: {text_of(v)}" for k, v in rest.items())[:1000])
        elif first.get("message") or row["message"]:
            st.code(cut(str(first.get("message") or row["message"])), language=None, wrap_lines=True)


def all_tests(found: Sample) -> None:
    if not found.tests:
        st.caption("No test ran.")
        return
    shown = pd.DataFrame(
        {
            "Outcome": [OUTCOME_WORDS.get(t.get("outcome", ""), t.get("outcome", "")) for t in found.tests],
            "Test": [str(t.get("id", "")) for t in found.tests],
            "Milliseconds": [1000 * float(t.get("seconds") or 0) for t in found.tests],
            "Message": [str(t.get("message") or "")[:300] for t in found.tests],
        }
    )
    st.dataframe(
        shown,
        column_config={
            "Outcome": st.column_config.TextColumn(width=90),
            "Test": st.column_config.TextColumn(width=300),
            "Milliseconds": st.column_config.NumberColumn(format="%.1f", width=90),
        },
        hide_index=True,
        key="tests",
        alt="Every test with its outcome",
    )
    if found.problem:
        with st.expander("The tests' code", key="tests-code"):
            st.code(found.problem.tests, language="python", line_numbers=True)


def about_run(found: Sample) -> None:
    row, manifest = found.row, found.manifest
    facts = {
        "Run": manifest.run_id,
        "Finished": f"{row['finished_at']:%Y-%m-%d %H:%M} UTC" if row["finished_at"] else "",
        "Tests took": f"{row['seconds']:.2f} s of {row['time_limit'] or 0:.1f} s" if row["seconds"] is not None else "",
        "Model call": f"{row['latency']:.1f} s" if row["latency"] is not None else "",
        "Tokens": f"{row['prompt_tokens'] or 0} in, {row['completion_tokens'] or 0} out",
        "Cost": f"${row['cost']:.4f}" if row["cost"] is not None else "unknown",
        "Ended because": row["finish_reason"] or "",
        "Environment": f"{row['environment'] or ''} {row['environment_digest'] or ''}".strip(),
        "Judge": row["judge"] or "",
    }
    st.dataframe(
        pd.DataFrame({"": list(facts), "Value": list(facts.values())}), hide_index=True, key="facts", width="content"
    )
    with st.expander("Manifest", key="manifest"):
        st.json(manifest.model_dump(mode="json", exclude={"labels", "problem_ids"}), expanded=True)


def listing(store: Store, filters: Filters, total: int) -> None:
    with st.expander(f"All {total:,} samples in this list", icon=":material/list:", key="all"):
        pages = -(-total // LISTED)
        number = st.pagination(pages, key="page") if pages > 1 else 1
        found = browse.failures(store, filters, limit=LISTED, offset=(number - 1) * LISTED)
        keys = [SampleKey(str(r.run_id), str(r.problem_id), int(r.sample)) for r in found.itertuples()]

        def open_sample() -> None:
            go(keys[st.session_state["open-sample"].row])

        shown = pd.DataFrame(
            {
                "Problem": found["problem_id"],
                "Model": found["model"],
                "Sample": found["sample"],
                "Verdict": [label("verdict", v) for v in found["verdict"]],
                "Failing test": found["failing_test"],
                "Message": found["message"],
            }
        )
        st.dataframe(
            shown,
            column_config={
                "Problem": st.column_config.ButtonColumn(
                    type="tertiary", key="open-sample", on_click=open_sample, alignment="left", width=190
                )
            },
            hide_index=True,
            key="samples",
            alt="Samples within the filters",
        )


def prompt_of(found: Sample) -> str:
    """The messages as sent; with several, each under its role."""
    messages = found.messages
    if len(messages) == 1:
        return cut(str(messages[0].get("content", "")))
    return cut("\n\n".join(f"[{m.get('role', '')}]\n{m.get('content', '')}" for m in messages))


def plain(text: str | None, nothing: str, name: str) -> None:
    """Somebody else's text: shown as text, never rendered."""
    if not text:
        st.caption(nothing)
        return
    st.code(cut(text), language=None, wrap_lines=True)
    if len(text) > browse.SHOWN:
        st.download_button(f"Download all {len(text):,} characters", text, name, key=f"download-{name}")


def cut(text: str) -> str:
    return text if len(text) <= browse.SHOWN else text[: browse.SHOWN] + "\n… cut here; the rest can be downloaded"


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


main()
