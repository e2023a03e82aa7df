"""Problems: what is asked, how it is labelled, and who solves it."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import streamlit as st

from deepbench_core import browse, figures, prompts
from deepbench_core.filters import Filters, label
from deepbench_core.problems import Problem
from deepbench_core.store import Store
from pages.parts import controls, data, proof, states
from pages.parts.words import SETTINGS, name_columns, plain

FILTERS = ("stage", "task", "modality", "library", "perturbation", "difficulty", "environment", "review", "search")


def main() -> None:
    store = data.start()
    if wanted := st.query_params.get("problem"):
        one_problem(store, wanted)
    else:
        all_problems(store)
    states.skipped(store)


def all_problems(store: Store) -> None:
    words = data.vocabulary()
    answer = st.container(key="answer")
    chosen: dict[str, object] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen |= controls.axes(words)
        with st.popover("More filters", icon=":material/tune:", key="more"):
            chosen |= controls.suite(words)
            chosen |= controls.choose_known(("library", "perturbation", "difficulty", "environment", "review"), words)
        with st.container(width=230):
            chosen |= controls.search("problems")
    filters = Filters(**chosen)  # type: ignore[arg-type]
    found = browse.problem_table(store, filters)
    with answer:
        st.title(f"{len(found)} problem{'s' if len(found) != 1 else ''}", anchor=False)
        st.caption(summary(found, controls.describe(filters)))
    if not len(found):
        if words.suites:
            states.nothing_matches("problems", controls.clear, FILTERS)
        else:
            st.info("No suite of problems was found. `deepbench doctor` says what is missing.")
        return
    if view() == "coverage":
        coverage(browse.problem_table(store, replace(filters, stage=(), task=(), modality=())))
    else:
        table(found)


def view() -> str:
    """The list or the map of what is covered; a part of the address."""
    chosen = st.segmented_control(
        "View",
        ["list", "coverage"],
        format_func=str.capitalize,
        default=None if "view" in st.session_state else "list",  # a click on the map sets it
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )
    return str(chosen)


def coverage(found: pd.DataFrame) -> None:
    """Every cell of stage × task × modality; one that is clicked becomes the list's filter."""
    empty = 140 - len(found.groupby(["stage", "task", "modality"]))
    st.caption(f"Problems of each kind; {empty} of 140 combinations have none (–). A click lists a cell's problems.")

    def choose_cell() -> None:
        points = st.session_state["coverage"].selection.points
        if points:
            for name, value in zip(("stage", "task", "modality"), points[0]["customdata"], strict=True):
                st.session_state[name] = [value]
            st.session_state["view"] = "list"

    with st.container(width=820):  # wider, a row would be hard to follow
        st.plotly_chart(
            figures.coverage_map(found),
            key="coverage",
            on_select=choose_cell,
            selection_mode="points",
            config={"displayModeBar": False},
            alt="Number of problems for each stage, task and modality.",
        )


def summary(found: pd.DataFrame, within: str) -> str:
    tried = found[found["tried"] > 0]
    parts = [within] if within else []
    if len(tried):
        parts.append(f"{int((tried['solved'] == 0).sum())} solved by no model")
        parts.append(f"{int((tried['solved'] == tried['tried']).sum())} solved by every model")
    else:
        parts.append("no model has answered them yet")
    return " · ".join(parts)


def table(found: pd.DataFrame) -> None:
    usual = data.vocabulary().default_suite
    ids = [i if s == usual else f"{s}/{i}" for s, i in zip(found["suite"], found["id"], strict=True)]
    titles = dict(zip(ids, found["title"], strict=True))

    def open_problem() -> None:
        st.query_params["problem"] = ids[st.session_state["open-problem"].row]

    shown = pd.DataFrame(
        {
            "Problem": found["id"],
            "Title": found["title"],
            "Stage": [label("stage", v) for v in found["stage"]],
            "Task": [label("task", v) for v in found["task"]],
            "Modality": [label("modality", v) for v in found["modality"]],
            **({"Library": found["library"]} if found["library"].notna().any() else {}),
            "Difficulty": [label("difficulty", v) for v in found["difficulty"]],
            "Solved by": [f"{s} of {t}" if t else "–" for s, t in zip(found["solved"], found["tried"], strict=True)],
            "Solved": 100 * found["rate"],
            "Review": [label("review", v) for v in found["review"]],
        }
    )
    config = {
        "Problem": st.column_config.ButtonColumn(
            type="tertiary", key="open-problem", on_click=open_problem, alignment="left", width=190, pinned=True
        ),
        "Title": st.column_config.TextColumn(width=330),
        "Solved by": st.column_config.TextColumn(width=80, help="Ranked models with at least one passing sample."),
        "Solved": st.column_config.ProgressColumn(
            format="%.0f%%", min_value=0, max_value=100, width=110, help="Mean over models of the share that passed."
        ),
    }
    st.dataframe(
        shown,
        column_config=config,
        hide_index=True,
        placeholder="–",
        key="problems",
        height=min(38 + 35 * len(shown), 560),
        alt=f"{len(shown)} problems with labels and who solves them",
    )
    opened = st.selectbox(
        "Open a problem",
        ids,
        index=None,
        placeholder="Open a problem by name",
        label_visibility="collapsed",
        key="open-by-name",
        format_func=lambda i: f"{i} · {titles[i]}",
    )
    if opened:
        st.query_params["problem"] = opened
        st.rerun()


def one_problem(store: Store, wanted: str) -> None:
    suite, _, name = wanted.rpartition("/")
    found = [p for p in store.problems() if p.id == name and suite in ("", p.suite)]
    usual = data.vocabulary().default_suite
    problem = min(found, key=lambda p: p.suite != usual, default=None)
    st.button("All problems", icon=":material/arrow_back:", on_click=close, type="tertiary", key="back")
    if problem is None:
        st.title("No such problem", anchor=False)
        st.text(f"There is no problem called {wanted[:80]} in the suites at hand.")
        return
    meta = problem.meta
    st.title(plain(meta.title), anchor=False)
    with st.container(horizontal=True, gap="small"):
        difficulty, guessed = browse.difficulty(store, problem)
        known = (
            "What its author expects."
            if guessed
            else "Its place among all: by what solves it, by the tests that answers passed, then by its author's guess."
        )
        for name in ("stage", "task", "modality", "library", "perturbation", "difficulty"):
            if value := difficulty if name == "difficulty" else getattr(meta, name):
                axis = name in ("stage", "task", "modality", "library")
                help_text = known if name == "difficulty" else controls.HELP[name]
                st.badge(label(name, str(value)), color="blue" if axis else "gray", help=help_text)
        st.badge(meta.environment, color="gray", icon=":material/deployed_code:", help=controls.HELP["environment"])
        review_state(store, problem)
        for tag in meta.tags:
            st.badge(plain(tag), color="gray")
    proven = proof.proof_of(store, problem)
    proof.badges(proven)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Prompt", anchor=False, help="What a model is sent, technique zero-shot.")
        for message in as_sent(problem):
            if message["role"] != "user":
                st.caption(message["role"])
            st.code(
                message["content"], language="markdown" if "```" in message["content"] else "python", wrap_lines=True
            )
    with right:
        who_solves(store, problem)
        st.subheader("Try it", anchor=False)
        of_suite = "" if problem.suite == usual else f" --suite {problem.suite}"
        st.code(
            f"deepbench run --model local/smollm2-135m-instruct{of_suite} --problem {meta.id}",
            language="bash",
            wrap_lines=True,
        )
        st.caption(
            f"By {meta.author} · {meta.licence} · {meta.created:%Y-%m-%d} · at most {meta.limits.seconds:g} s and "
            f"{meta.limits.memory_mb} MB · `{problem.hash}`"
        )
    reference, tests, evidence = st.tabs(["Reference", "Tests", "Proof"], key="solution")
    reference.code(problem.reference, language="python", line_numbers=True)
    tests.code(problem.tests, language="python", line_numbers=True)
    with evidence:
        proof.details(store, problem, proven)


def review_state(store: Store, problem: Problem) -> None:
    """What people's annotations make of it, beside what its file says, and the way to add one's own."""
    row = store.rows(
        """
        select p.review, coalesce(r.reviewers, 0) as reviewers, coalesce(r.objections, 0) as objections, r.signed_by
        from problems p left join reviews r on r.suite = p.suite and r.problem_id = p.id and r.content = p.content
        where p.suite = ? and p.id = ?
        """,
        [problem.suite, problem.id],
    )[0]
    said = f"signed by {row['signed_by']}" if row["signed_by"] else f"{row['reviewers']} reviewed it as it is"
    objections = f", {row['objections']} with an objection" if row["objections"] else ""
    st.badge(
        label("review", row["review"]),
        icon=":material/verified:" if row["signed_by"] else None,
        color="blue" if row["signed_by"] else "gray",
        help=plain(f"{said[:1].upper()}{said[1:]}{objections}. Its file says {label('review', problem.meta.review)}."),
    )
    if st.button("Review", icon=":material/rate_review:", key="review-problem", type="tertiary"):
        st.switch_page("pages/review.py", query_params={"queue": "Problems", "problem": problem.id})


def as_sent(problem: Problem) -> list[dict[str, str]]:
    return list(json.loads(prompts.to_json(prompts.build(problem, "zero-shot"))))


def who_solves(store: Store, problem: Problem) -> None:
    st.subheader("Who solves it", anchor=False)
    found = browse.solvers(store, problem.suite, problem.id)
    if not len(found):
        st.caption("No model has answered it as it is now.")
        return
    solved = found.loc[found["solved"] > 0, "model"].nunique()
    st.markdown(f"{solved} of {found['model'].nunique()} models, by at least one sample.")
    rows = found.to_dict("records")

    def open_sample() -> None:
        row = rows[st.session_state["open-solver"].row]
        key = {"run": row["run_id"], "problem": problem.id, "sample": str(row["sample"])}
        st.switch_page("pages/failures.py", query_params=key)

    shown = pd.DataFrame(
        {
            **name_columns(found["name"]),
            "Passed": [f"{r['solved']} of {r['n']}" for r in rows],
            "Sample": ["Open"] * len(rows),
            "Otherwise": [r["otherwise"] or "" for r in rows],
        }
    )
    st.dataframe(
        shown,
        column_config={
            "Model": st.column_config.TextColumn(width=196),
            "Settings": SETTINGS,
            "Passed": st.column_config.TextColumn(width=62),
            "Sample": st.column_config.ButtonColumn(type="tertiary", key="open-solver", on_click=open_sample, width=62),
        },
        hide_index=True,
        placeholder="–",
        key="solvers",
        alt="Models and how many of their samples passed this problem",
    )
    st.page_link(
        "pages/failures.py",
        label="Failures on this problem",
        icon=":material/arrow_forward:",
        query_params={"only_problem": problem.id, "suite": problem.suite},
    )


def close() -> None:
    """Back to the list."""
    for name in ("problem",):
        st.query_params.pop(name, None)


main()
