"""The pages' logic: what they say, what a link opens, and that foreign text stays text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from deepbench_core import paths
from deepbench_core.importers.dl_bench_failures import RUN, SUITE, import_failures
from deepbench_core.importers.ds1000 import import_ds1000
from deepbench_core.problems import Problem, find_suite, load_suite
from deepbench_core.validation.kept import save_proofs
from deepbench_core.validation.notes import load_notes
from deepbench_core.validation.proof import Proof, proof_key
from tests.apptest import checked, opened
from tests.importers.records import small_ds1000, write
from tests.importers.test_dl_bench_failures import line
from tests.synthetic import publish, publish_usual

PAGES = ("", "gaps", "compare", "benchmarks", "problems", "failures", "review", "agreement", "launch")
HOSTILE = "<script>alert(1)</script> **bold** $x^2$ :red[hi] [link](javascript:alert(1))\n```python\ndef f(): pass\n```"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


def title(app: AppTest) -> str:
    return str(app.title[0].value).replace("\\", "")


@pytest.mark.parametrize(
    "page", ["", "gaps", "compare", "benchmarks", "problems", "failures", "review", "agreement", "launch"]
)
def test_every_page_opens_without_results(page: str, problems: list[Problem]) -> None:
    assert opened(page).main.children


@pytest.mark.parametrize(
    "page", ["", "gaps", "compare", "benchmarks", "problems", "failures", "review", "agreement", "launch"]
)
def test_every_page_opens_with_neither_results_nor_problems(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "problems_dir", lambda: tmp_path / "nothing")
    opened(page)


def test_an_empty_leaderboard_says_what_to_do(problems: list[Problem]) -> None:
    app = opened()
    assert app.subheader[0].value == "No results yet"
    assert app.button(key="empty-launch").label == "Launch a run"


def test_the_leaderboard_answers_in_words_and_figures(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/good", skill=9)
    publish(results, problems, "b/poor", skill=-9)
    app = opened()
    assert title(app).startswith("a/good leads by ")
    table = app.dataframe[0].value
    assert list(table["Model"]) == ["a/good", "b/poor"]
    assert list(table["Rank"]) == ["1", "2"]
    assert table["Interval"].str.startswith("data:image/svg+xml;base64,").all()


def test_filters_come_from_the_address_by_name_or_slug(problems: list[Problem], results: Path) -> None:
    publish_usual(results, problems)
    training = sum(p.meta.stage == "training" for p in problems)
    for value in ("Training", "training"):
        app = opened(stage=[value])
        assert app.session_state["stage"] == ["training"]
        assert any(f"{training} problems (Training)" in c.value for c in app.caption)
    assert any("24 problems" in c.value for c in opened(stage=["nonsense"]).caption)


def test_a_filter_without_results_offers_to_clear(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/b")
    app = opened(search="nobody")
    checked(app.button(key="clear").click().run())
    assert list(app.dataframe[0].value["Model"]) == ["a/b"]


def test_lost_samples_can_be_counted_as_failures(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/b", verdicts={p.id: ["passed", "provider"][i % 2] for i, p in enumerate(problems)})
    app = opened()
    assert list(app.dataframe[0].value["pass@1"]) == [100.0]
    checked(app.toggle(key="faults").set_value(True).run())
    assert list(app.dataframe[0].value["pass@1"]) == [50.0]


def test_unreadable_results_are_named_and_never_fatal(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/b")
    (results / "broken.r1").mkdir()
    app = opened()
    assert app.expander(key="skipped").label == "1 folder or file left out"
    assert list(app.dataframe[0].value["Model"]) == ["a/b"]


def test_problems_are_found_and_opened(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/b", verdicts={p.id: "passed" for p in problems})
    app = opened("problems")
    assert title(app) == "24 problems"
    assert set(app.dataframe[0].value["Solved by"]) == {"1 of 1"}
    checked(app.text_input(key="search").set_value("problem-007").run())
    assert title(app) == "1 problem"
    app = opened("problems", problem="problem-007")
    assert title(app) == "Made-up problem number 7"
    shown = [block.value for block in app.code]
    assert any("return x + 7" in text for text in shown)
    assert any("def test_value" in text for text in shown)


def test_an_unknown_problem_is_said_to_be_unknown(problems: list[Problem]) -> None:
    assert title(opened("problems", problem="nothing")) == "No such problem"


def test_failures_are_walked_with_next_and_previous(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/b", verdicts={p.id: "failed" if i < 3 else "passed" for i, p in enumerate(problems)})
    app = opened("failures")
    assert "**1 of 3**" in [m.value for m in app.markdown]
    assert app.button(key="previous").disabled
    checked(app.button(key="next").click().run())
    assert "**2 of 3**" in [m.value for m in app.markdown]
    assert app.query_params["problem"] == problems[1].id
    checked(app.button(key="previous").click().run())
    assert "**1 of 3**" in [m.value for m in app.markdown]


def test_one_sample_is_linked_whatever_the_filters(problems: list[Problem], results: Path) -> None:
    run = publish(results, problems, "a/b", verdicts={p.id: "passed" for p in problems})
    app = opened("failures", run=run, problem="problem-005", sample="0")
    assert title(app) == "Made-up problem number 5"
    assert "**None**" in [m.value for m in app.markdown]
    gone = opened("failures", run="no-such-run", problem="problem-005", sample="zero")
    assert "isn't in the results at hand" in " ".join(m.value for m in gone.markdown)


def test_changing_a_filter_starts_at_its_first_failure(problems: list[Problem], results: Path) -> None:
    verdicts = {p.id: ["failed", "timeout"][i % 2] for i, p in enumerate(problems)}
    publish(results, problems, "a/b", verdicts=verdicts)
    app = opened("failures")
    checked(app.button(key="next").click().run())
    checked(app.button_group(key="verdict").set_value(["timeout"]).run())
    assert "**1 of 12**" in [m.value for m in app.markdown]


def test_what_a_model_wrote_is_shown_as_text(problems: list[Problem], results: Path) -> None:
    name = "evil/<b>x</b>[y](z) :red[r]"
    publish(results, problems, name, verdicts={p.id: "failed" for p in problems}, response=HOSTILE)
    app = opened("failures")
    assert HOSTILE in [block.value for block in app.code]
    rendered = [e.value for kind in (app.markdown, app.caption, app.title) for e in kind]
    assert not any("alert(1)" in str(text) or "<b>" in str(text) for text in rendered)
    board = opened()
    assert "<b>" not in str(board.title[0].value).replace("\\<", "")


def test_a_response_of_many_megabytes_is_cut(problems: list[Problem], results: Path) -> None:
    publish(results, problems[:1], "a/b", verdicts={problems[0].id: "failed"}, response="x" * 5_000_000)
    app = opened("failures")
    assert max(len(block.value) for block in app.code) < 300_000


def test_own_weights_rank_again_and_are_in_the_address(problems: list[Problem], results: Path) -> None:
    training = {p.id for p in problems if p.meta.stage == "training"}
    publish(
        results, problems, "a/trainer", verdicts={p.id: "passed" if p.id in training else "failed" for p in problems}
    )
    publish(results, problems, "b/other", verdicts={p.id: "failed" if p.id in training else "passed" for p in problems})
    app = opened()
    assert app.dataframe[0].value["Model"][0] == "b/other"
    for stage in ("preprocessing", "model-construction", "inference", "evaluation"):
        checked(app.slider(key=f"weight-stage-{stage}").set_value(0.0).run())
    assert app.dataframe[0].value["Model"][0] == "a/trainer"
    shared = opened(weights=app.query_params["weights"])
    assert shared.dataframe[0].value["Model"][0] == "a/trainer"
    assert shared.slider(key="weight-stage-inference").value == 0
    checked(shared.button(key="weights-reset").click().run())
    assert shared.dataframe[0].value["Model"][0] == "b/other"


def test_a_cut_off_splits_the_problems(problems: list[Problem], results: Path) -> None:
    publish(results, problems, "a/b")
    app = opened(since="2026-10-01")
    assert any("Nothing can be said" in m.value for m in app.markdown)
    assert list(app.dataframe[1].value["n since"]) == [24]


def test_columns_are_chosen_and_a_run_opens_its_manifest(problems: list[Problem], results: Path) -> None:
    run = publish(results, problems, "a/b", samples=5)
    app = opened(columns=["pass@k", "pass^k", "Of those that ran"])
    assert {"pass@5", "pass^5", "Of those that ran"} <= set(app.dataframe[0].value.columns)
    manifest = opened(manifest=run)
    assert any(run in text.value for text in manifest.text)
    assert "no run called" in opened(manifest="nothing").text[-1].value


def test_the_map_of_coverage_shows_every_cell_with_what_it_lists(problems: list[Problem]) -> None:
    app = opened("problems", view="Coverage")
    [chart] = [e for e in app.main if e.type == "plotly_chart"] or app.get("plotly_chart")
    [marks] = json.loads(chart.proto.spec)["data"]
    assert len(marks["customdata"]) == 140
    counts = Counter((p.meta.stage.value, p.meta.task.value, p.meta.modality.value) for p in problems)
    words = dict(zip(map(tuple, marks["customdata"]), marks["text"], strict=True))
    for cell, n in counts.items():
        assert f": {n} problem" in words[cell]
    assert sum(text.endswith(": no problems") for text in words.values()) == 140 - len(counts)
    assert any(f"{140 - len(counts)} of 140" in caption.value for caption in app.caption)


def test_a_problem_shows_its_proof_only_while_it_is_one(problems: list[Problem]) -> None:
    folder = next(paths.problems_dir().glob(f"*/{problems[0].id}"))
    assert "Nobody has proven" in " ".join(c.value for c in opened("problems", problem=problems[0].id).caption)
    (folder / "independent.py").write_text("# another way\n")
    facts = {
        "repeats": 3,
        "tests": 5,
        "independent": True,
        "mutants": 9,
        "sampled": 9,
        "killed": 8,
        "statements": 4,
        "reached": 4,
    }
    proof = Proof(problems[0].id, proof_key(problems[0], load_notes(folder)), survivors=("line 3: a slip",), **facts)
    save_proofs(folder.parent, [proof], known=[problems[0].id])
    app = opened("problems", problem=problems[0].id)
    assert "**Mutants**: 8 of 9 are killed" in " ".join(m.value for m in app.markdown)
    assert {"line 3: a slip", "# another way"} <= {code.value for code in app.code}
    tests = folder / "tests.py"
    tests.write_text(tests.read_text() + "\n# changed\n")
    assert "Nobody has proven" in " ".join(c.value for c in opened("problems", problem=problems[0].id).caption)


def test_an_imported_suite_is_shown_like_any_other(problems: list[Problem], results: Path, tmp_path: Path) -> None:
    import_ds1000(write(tmp_path / "ds1000.jsonl", small_ds1000()), partial=True)
    imported = load_suite(find_suite("ds1000"))
    publish(results, imported, "a/b", verdicts={p.id: "passed" if p.id == "0" else "failed" for p in imported})
    app = opened("problems")
    checked(app.selectbox(key="suite").set_value("ds1000").run())
    assert title(app) == "4 problems"
    assert list(app.dataframe[0].value["Library"]) == ["numpy", "pandas", "matplotlib", "matplotlib"]
    checked(app.multiselect(key="library").set_value(["pandas"]).run())
    assert title(app) == "1 problem"
    app = opened("problems", problem="ds1000/1")
    said = [m.value for m in app.markdown]
    assert all(any(word in text for text in said) for word in ("pandas", "difficult-rewrite", "varies pandas 0"))
    shown = [block.value for block in app.code]
    assert any("return values * 2" in text for text in shown)
    assert any("def test_execution" in text for text in shown)
    assert any("--suite ds1000 --problem 1" in text for text in shown)
    app = opened("gaps")
    checked(app.selectbox(key="suite").set_value("ds1000").run())
    assert "**Library**" in [m.value for m in app.markdown]


def test_a_board_without_a_ranked_row_says_what_is_missing(results: Path, problems: list[Problem]) -> None:
    publish(results, problems[:6], "openai/gpt-5.2")
    app = opened("")
    assert "enough of these problems" in title(app)
    assert any("95% of these 24 problems" in element.value for element in app.markdown)
    assert app.button(key="nobody-launch").label == "Launch a run"


def test_recorded_failures_show_all_that_was_recorded(problems: list[Problem], results: Path, tmp_path: Path) -> None:
    import_failures(write(tmp_path / "labelled_failures.jsonl", [line()]), results)
    app = opened("failures", suite=SUITE, run=RUN, problem="toyshalf1", sample="0")
    assert title(app) == "half (toys)"
    shown = [c.value for c in app.code]
    recorded = {line()[name].strip() for name in ("prompt", "code", "reference", "test_output")}
    assert recorded <= {text.strip() for text in shown}
    assert any("-    return x / 2" in text and "+    return y / 2" in text for text in shown)
    said = [t.value for t in app.text]
    assert "DL-Bench's first rater (came with the import): Wrong or undefined reference · Performance" in said
    assert any("no gold standard" in text for text in said)
    app = opened("", suite=SUITE)
    assert app.button(key="no-rate-failures").label == "Look at the failures"
    assert "never counted with our own" in opened("agreement", by="Elsewhere").caption[0].value
