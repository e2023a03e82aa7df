"""One failed sample as the Failures and Review pages show it: what went wrong, the code, and how it came to be run."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import streamlit as st

from deepbench_core import browse, listings, values
from deepbench_core.annotations import Annotation
from deepbench_core.browse import Sample
from deepbench_core.categories import Category
from deepbench_core.diagnosis import Diagnosis
from deepbench_core.extract import extract, extract_answer
from deepbench_core.figures import causes as cause_figures
from deepbench_core.taxonomy import Verdict
from pages.parts import charts
from pages.parts.words import plain as safe

OUTCOME_WORDS = {"passed": "✓ passed", "failed": "✗ failed", "error": "! error", "skipped": "– skipped"}
SOURCES = {
    "rules": ("rules", "Read off the error, the code and the values that were compared."),
    "counterfactual": ("experiment", "The code was repaired in one place and judged again: then the tests passed."),
    "judge": ("language model", "A model was given the evidence and the definitions."),
    "human": ("people", "Two raters agreed who did not see each other's answers, or an expert settled it."),
}
HOW = {
    "fenced": "a fenced block",
    "joined": "several blocks joined",
    "prose": "statements between prose",
    "raw": "the response as it is",
    "method": "a class whose methods were asked for",
    "continued": "the body alone, put under the prompt",
    "none": "no code",
}


def why(found: Sample) -> None:
    """The first failing test, or what else ended the sample."""
    row, first = found.row, next(iter(found.failing), None)
    with st.container(border=True, key="why"):
        if first is None:
            st.text(row["message"] or Verdict(row["verdict"]).meaning)
            return
        total = f"{row['tests_passed']} of {row['tests_total']} tests passed. " if row["tests_total"] else ""
        st.text(f"{total}First failing test: {first.get('id', '')}")
        compared = first.get("values") or {}
        if "got" in compared or "expected" in compared:
            tensors(compared)
        elif first.get("message") or row["message"]:
            st.code(cut(str(first.get("message") or row["message"])), language=None, wrap_lines=True)


def tensors(compared: dict[str, Any]) -> None:
    """Two values side by side, how they differ in words, and where in a picture."""
    if words := values.differences(compared):
        st.text(" · ".join(w[:1].upper() + w[1:] for w in words)[:1000])
    cells = values.grid(compared)
    with st.grid(3 if cells else 2, min_column_width=250, gap="medium", key="tensors"):
        for name in ("got", "expected"):
            with st.container(gap="xsmall"):
                st.caption(name.capitalize())
                st.code(cut(values.side(compared.get(name))), language=None, wrap_lines=True)
        if cells:
            with st.container(gap="xsmall"):
                st.caption(
                    "Difference",
                    help="The largest absolute difference in each cell of a coarse grid over the last two axes; "
                    "orange: infinite or no number.",
                )
                st.plotly_chart(
                    cause_figures.difference_map(cells), key="difference", config=charts.PLAIN, alt="; ".join(words)
                )


def diagnosed(found: Diagnosis, code: str) -> None:
    """What the machine says, with its evidence and the first line of the code that it names."""
    name = found.category.label if found.category else "Not determined"
    source, meaning = SOURCES.get(found.source, (found.source, ""))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="cause"):
        st.markdown(f"**{safe(name)}**", help=_help(found.category))
        if found.category:
            st.badge(found.facet.label, color="gray", help=found.facet.definition)
            st.badge(f"{source}, {100 * found.confidence:.0f}% sure", color="gray", help=meaning)
        for further in found.categories[1:]:
            st.badge(f"also {further.label.lower()}", color="gray", help=_help(further))
    if not found.category:
        st.caption("Neither the error nor the values nor an experiment told why this failed.")
    for one in found.evidence[:8]:
        st.text(f"{f'line {one.line}: ' if one.line else ''}{one.text}"[:400])
    lines = code.splitlines()
    if found.lines and found.lines[0] <= len(lines):
        st.code(lines[found.lines[0] - 1].strip()[:300] or "(an empty line)", language="python", wrap_lines=True)


def _help(category: Category | None) -> str | None:
    return safe(category.definition) if category else None


def said(answers: list[Annotation]) -> None:
    """What raters answered, one a line."""
    for a in answers:
        who = a.rater + {"person": "", "model": " (a model)", "elsewhere": " (came with the import)"}[a.rater_kind]
        who += ", expert" if a.role == "expert" else ""
        parts = [c.label for c in a.categories] + ([a.facet.label] if a.facet else [])
        ticks = {"harness_error": "harness error", "wrong_test": "the test is wrong"}
        ticks |= {"lacks_information": "the prompt lacks information"}
        parts += [words for name, words in ticks.items() if getattr(a, name)]
        st.text(f"{who}: {' · '.join(parts)}{f' — {a.text}' if a.text else ''}"[:600])


def three_texts(found: Sample, *, marked: bool = True) -> None:
    """Prompt, code and reference beside each other; `marked` shows the lines that the evidence names."""
    reference = found.reference
    with st.grid(3, min_column_width=380, gap="medium", key="side-by-side"):
        with st.container(gap="xsmall"):
            st.markdown("**Prompt**")
            st.code(prompt_of(found), language=None, wrap_lines=True, height=460)
        with st.container(gap="xsmall"):
            code_pane(found, found.diagnosis.lines if found.diagnosis and marked else ())
        with st.container(gap="xsmall"):
            st.markdown("**Reference**")
            if reference:
                st.code(reference, language="python", line_numbers=True, height=460)
            else:
                st.caption("The problem isn't among the suites at hand.")


def code_pane(found: Sample, lines: tuple[int, ...]) -> None:
    """The code as it ran."""
    marks = f" · line{'s' if lines[1:] else ''} {', '.join(map(str, lines))} marked" if lines and found.code else ""
    st.markdown(f"**Code**{marks}")
    if found.code and lines and len(found.code) <= listings.MOST:
        dark = st.context.theme.type == "dark"
        st.html(listings.marked(found.code, lines, dark=dark, name="The code of the model"))
    elif found.code:
        st.code(cut(found.code), language="python", line_numbers=True, height=460)
    elif response := found.texts.get("response"):
        st.caption("No code was found in the response:")
        st.code(cut(response), language=None, wrap_lines=True, height=424)
    else:
        st.caption("No response.")


def from_response_to_run(found: Sample) -> None:
    """Raw response, what extraction finds in it, and what was run: a fault of the extraction shows."""
    response = found.texts.get("response") or ""
    problem = found.problem
    again = extract_answer(response, problem) if problem else extract(response, ())
    rule, *done = again.how.split("+")
    with st.grid(3, min_column_width=380, gap="medium", key="panes"):
        with st.container(gap="xsmall"):
            st.markdown("**Response**")
            plain(response, "The model gave no response.", f"{found.row['problem_id']}.txt", height=460)
        with st.container(gap="xsmall"):
            st.markdown("**Extracted**", help="What today's extraction finds in the response.")
            st.caption(f"From {HOW.get(rule, rule)}{f', {safe(chr(44).join(done))}' if done else ''}.")
            plain(again.code, "No code that parses.", "extracted.py", height=424, language="python")
        with st.container(gap="xsmall"):
            st.markdown("**Run as solution.py**")
            same = (again.code or "") == found.code
            st.caption("The same as extracted." if same else "Not what extraction finds today: it has changed since.")
            plain(found.code, "Nothing was run.", "solution.py", height=424, language="python")


def tabs(found: Sample) -> None:
    """Everything else about a sample."""
    reference = found.reference
    names = ["Difference", "Response to run", "Traceback", "All tests", "Output", "Run"]
    shown = st.tabs(names, key="tabs")
    with shown[0]:
        changed = browse.diff(reference, cut(found.code)) if reference and found.code else ""
        if changed:
            st.code(changed, language="diff", wrap_lines=True)
        else:
            st.caption("Nothing to compare." if not (reference and found.code) else "The code equals the reference.")
    with shown[1]:
        from_response_to_run(found)
    with shown[2]:
        tracebacks(found)
    with shown[3]:
        all_tests(found)
    with shown[4]:
        plain(found.texts.get("output"), "The code printed nothing.", "output.txt")
        if found.evidence:
            st.caption("Evidence of the judge")
            st.code(json.dumps(found.evidence, indent=1, ensure_ascii=False), language=None, wrap_lines=True)
    with shown[5]:
        about_run(found)


def tracebacks(found: Sample) -> None:
    kept = [t for t in found.failing if t.get("traceback")]
    for test in kept:
        st.text(str(test.get("id", "")))
        st.code(cut(str(test["traceback"])), language=None, wrap_lines=True)
    if not kept:
        st.caption("No test left a traceback.")


def all_tests(found: Sample) -> None:
    if not found.tests:
        st.caption("No test ran.")
        return
    shown = pd.DataFrame(
        {
            "Outcome": [OUTCOME_WORDS.get(t.get("outcome", ""), t.get("outcome", "")) for t in found.tests],
            "Test": [str(t.get("id", "")) for t in found.tests],
            "Milliseconds": [1000 * s if (s := t.get("seconds")) is not None else None for t in found.tests],
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
    if manifest.note:
        st.text(manifest.note)
    with st.expander("Manifest", key="manifest"):
        st.json(manifest.model_dump(mode="json", exclude={"labels", "problem_ids"}), expanded=True)


def prompt_of(found: Sample) -> str:
    """The messages as sent; with several, each under its role."""
    messages = found.messages
    if not messages:  # responses that were made elsewhere
        return found.problem.prompt if found.problem else "The prompt was not kept."
    if len(messages) == 1:
        return cut(str(messages[0].get("content", "")))
    return cut("\n\n".join(f"[{m.get('role', '')}]\n{m.get('content', '')}" for m in messages))


def plain(text: str | None, nothing: str, name: str, *, height: int | None = None, language: str | None = None) -> None:
    """Somebody else's text: shown as text, never rendered."""
    if not text:
        st.caption(nothing)
        return
    st.code(cut(text), language=language, wrap_lines=True, height=height or "content")
    if len(text) > browse.SHOWN:
        st.download_button(f"Download all {len(text):,} characters", text, name, key=f"download-{name}")


def cut(text: str) -> str:
    return text if len(text) <= browse.SHOWN else text[: browse.SHOWN] + "\n… cut here; the rest can be downloaded"
