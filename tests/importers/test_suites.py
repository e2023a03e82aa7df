"""Other people's problems as suites: what is read, what is refused with its line, and nothing by halves."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deepbench_core import paths, prompts
from deepbench_core.cli import main
from deepbench_core.errors import ProblemError, UserError
from deepbench_core.extract import extract_answer
from deepbench_core.importers.ds1000 import import_ds1000
from deepbench_core.importers.functions import import_bigcodebench, import_human_eval
from deepbench_core.importers.labels import derive
from deepbench_core.models.pseudo import PseudoModel
from deepbench_core.problems import IMPORTED, NEEDS_NETWORK, Problem, find_suite, load_suite
from deepbench_core.store import Store
from tests.conftest import SHARED_DATA
from tests.importers.records import BIG_CODE_BENCH, DOUBLED, HUMAN_EVAL, ds1000, small_ds1000, write

PUBLISHED = SHARED_DATA / "ds1000" / "ds1000.jsonl.gz"
needs_ds1000 = pytest.mark.skipif(not PUBLISHED.is_file(), reason="DS-1000 is not in ../shared/data")

Import = Callable[..., Any]


@pytest.fixture
def imported(tmp_path: Path) -> list[Problem]:
    """Four problems of DS-1000's form, imported and read back."""
    import_ds1000(write(tmp_path / "ds1000.jsonl", small_ds1000()), partial=True)
    return load_suite(find_suite("ds1000"))


def test_a_suite_is_kept_in_the_home_folder_and_found_by_name(imported: list[Problem], own_home: Path) -> None:
    folder = find_suite("ds1000")
    assert folder == own_home / "suites" / "ds1000"
    assert [p.name for p in folder.iterdir()] == [IMPORTED]
    assert [(p.suite, p.id) for p in imported] == [("ds1000", str(i)) for i in range(4)]
    with gzip.open(folder / IMPORTED, "rt") as file:
        head = json.loads(file.readline())
    assert (head["benchmark"], head["file"], head["problems"]) == ("DS-1000", "ds1000.jsonl", 4)


def test_labels_follow_from_the_benchmark_and_the_reference(imported: list[Problem]) -> None:
    numpy, pandas, drawn, fetched = (p.meta for p in imported)
    assert (numpy.library, numpy.perturbation, numpy.stage, numpy.tags) == ("numpy", "origin", None, ())
    assert (pandas.library, pandas.perturbation, str(pandas.stage)) == ("pandas", "difficult-rewrite", "preprocessing")
    assert pandas.tags == ("varies pandas 0",)
    assert drawn.title == "Matplotlib: draw three points as a line"
    assert fetched.tags == (NEEDS_NETWORK,)
    assert numpy.difficulty is None


def test_a_second_import_replaces_and_an_equal_one_changes_nothing(imported: list[Problem], tmp_path: Path) -> None:
    path = find_suite("ds1000") / IMPORTED
    before = path.stat().st_mtime_ns
    assert import_ds1000(tmp_path / "ds1000.jsonl", partial=True).state == "unchanged"
    assert path.stat().st_mtime_ns == before
    fewer = write(tmp_path / "fewer.jsonl", small_ds1000()[:2])
    assert import_ds1000(fewer, partial=True).state == "replaced"
    assert len(load_suite(path.parent)) == 2


ROWS = [json.dumps(row) for row in small_ds1000()]
HUGE = [json.dumps(ds1000(i, "Numpy", DOUBLED, "result = values * 2")) for i in range(300)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("\n".join([*ROWS[:2], ROWS[2][:200]]).encode(), ":3: not JSON"),
        ("\n".join([ROWS[0], json.dumps(HUMAN_EVAL[0])]).encode(), ":2: not a problem of DS-1000: reference_code"),
        ("\n".join([ROWS[0], ROWS[1], ROWS[0]]).encode(), ":3: problem 0 was already in line 1"),
        (b"[1, 2]\n", ":1: not a problem of DS-1000"),
        (f"{ROWS[0]}\n".encode() + b'{"prompt": "\xff"}\n', ":2: not UTF-8"),
        (json.dumps(ds1000(1, "Cobol", DOUBLED, "x")).encode(), ":1: not a problem of DS-1000: metadata.library"),
        (json.dumps(ds1000(1, "Numpy", "x = (", "x")).encode(), ":1: not a problem of DS-1000: code_context"),
        (json.dumps(ds1000(1, "Numpy", "x = 1", "x")).encode(), "code_context: Value error, defines no exec_test"),
        (gzip.compress("\n".join(HUGE).encode())[:-200], "ends within a compressed part"),
        (b"", "ends after 0 of 1,000 problems"),
        ("\n".join(ROWS).encode(), "ends after 4 of 1,000 problems; --partial"),
        (b"\x1f\x8b nothing that gzip wrote", ":1: "),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_and_nothing_is_half_imported(
    tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str], content: bytes, words: str
) -> None:
    path = tmp_path / "ds1000.jsonl"
    path.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        main(["import", "ds1000", str(path)])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.count("\n") == 1
    assert words in said
    assert str(path) in said
    assert not (own_home / "suites").exists()


def test_a_refused_import_leaves_what_was_there(imported: list[Problem], tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text(f"{ROWS[0]}\n{{")
    with pytest.raises(UserError, match=":2: not JSON"):
        import_ds1000(tmp_path / "bad.jsonl", partial=True)
    assert load_suite(find_suite("ds1000")) == imported


def test_a_suite_of_the_products_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="ships with DeepBench"):
        import_ds1000(write(tmp_path / "x.jsonl", small_ds1000()), suite="deepbench", partial=True)
    with pytest.raises(UserError, match="lower-case words"):
        import_ds1000(write(tmp_path / "x.jsonl", small_ds1000()), suite="../out", partial=True)


def test_a_damaged_suite_is_named_and_the_store_goes_on(imported: list[Problem]) -> None:
    path = find_suite("ds1000") / IMPORTED
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ProblemError, match=r"problems.jsonl.gz:\d+: not what an importer wrote"):
        load_suite(path.parent)
    store = Store(paths.results_dir(), [path.parent])
    assert store.problems() == []
    assert "not what an importer wrote" in store.skipped[0].reason


def test_the_store_shows_an_imported_suite_and_follows_its_file(imported: list[Problem], tmp_path: Path) -> None:
    store = Store(paths.results_dir(), [find_suite("ds1000")])
    rows = store.rows("select id, library, perturbation, stage from problems order by id")
    assert rows[1] == {"id": "1", "library": "pandas", "perturbation": "difficult-rewrite", "stage": "preprocessing"}
    import_ds1000(write(tmp_path / "fewer.jsonl", small_ds1000()[:2]), partial=True)
    store.refresh()
    assert len(store.problems()) == 2


# Asking and cutting


def test_a_snippet_is_asked_for_as_its_benchmark_does(imported: list[Problem]) -> None:
    system, user = prompts.build(imported[0], "zero-shot", {"numpy": "1.26.4"})
    assert (system.role, user.role) == ("system", "user")
    assert "between <code> and </code> tags" in system.content
    assert user.content == small_ds1000()[0]["prompt"]


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ("result = values * 2\n</code>\nThis doubles them.", "result = values * 2\n"),
        ("<code>\nresult = values * 2\n</code>", "\nresult = values * 2\n"),
        ("```python\nresult = values * 2\n```\nIt works.", "\nresult = values * 2\n"),
        ("    return values * 2\n    ### END SOLUTION", "    return values * 2\n    ### END SOLUTION"),
        ("result = 1\n# SOLUTION END\nplt.show()", "result = 1\n"),
        ("result = 1\nEND SOLUTION\nmore", "result = 1"),
        ("<think>result = 0</think>result = 1", "result = 1"),
        ("<think>\nresult = 0\n</think>\n    return values", "\n    return values"),
        ("Sure:\n```python\nresult = 1\n```", "Sure:\n\nresult = 1\n"),  # the benchmark's rule, weakness included
        ("```\nresult = 1\n```", None),
        ("  \n</code>", None),
    ],
)
def test_an_answer_is_cut_by_the_benchmarks_rule(imported: list[Problem], response: str, code: str | None) -> None:
    found = extract_answer(response, imported[0])
    assert found.code == code
    assert found.how == ("cut" if code else "none")


def test_the_pseudo_models_answer_in_the_form_that_is_asked_for(imported: list[Problem]) -> None:
    for problem in imported:
        answer = PseudoModel("reference").generate((), sample=0, problem=problem).text
        assert extract_answer(answer, problem).code == f"{problem.reference}\n"
        stub = extract_answer(PseudoModel("stub").generate((), sample=0, problem=problem).text, problem).code
        assert stub is not None
        assert "NotImplementedError" in stub


@pytest.mark.parametrize(
    ("library", "code", "labels"),
    [
        ("Sklearn", "model = SVC()\nmodel.fit(X, y)", ("training", "classification", "tabular")),
        ("Sklearn", "x = CountVectorizer().fit_transform(text)", ("preprocessing", None, "text")),
        ("Sklearn", "y = model.predict(X)", ("inference", None, "tabular")),
        ("Sklearn", "f1_score(model.fit(X, y).predict(X), y)", ("evaluation", None, "tabular")),
        ("Scipy", "a, b = optimize.curve_fit(f, x, y)", (None, "regression", None)),
        ("Numpy", "result = a.reshape(2, 3)", (None, None, None)),
        ("Pytorch", "    return ((", (None, None, None)),
    ],
)
def test_a_label_is_given_only_where_it_follows(library: str, code: str, labels: tuple[str | None, ...]) -> None:
    found = derive(library, code)
    assert tuple(x and str(x) for x in (found.stage, found.task, found.modality)) == labels


# The other two


def test_human_eval_becomes_problems_like_ours(tmp_path: Path) -> None:
    import_human_eval(write(tmp_path / "HumanEval.jsonl", HUMAN_EVAL))
    [problem] = load_suite(find_suite("human-eval"))
    assert (problem.id, problem.meta.title) == ("humaneval-0", "HumanEval/0: Return the largest.")
    assert problem.meta.entry_points == ("largest",)
    assert "from solution import largest" in problem.tests
    assert extract_answer("    return max(xs)", problem).how == "continued"


def test_bigcodebench_becomes_problems_like_ours(tmp_path: Path) -> None:
    import_bigcodebench(write(tmp_path / "bcb.jsonl", BIG_CODE_BENCH), environment="sklearn")
    [problem] = load_suite(find_suite("bigcodebench"))
    assert (problem.id, problem.meta.tags, problem.meta.environment) == ("bigcodebench-7", ("math",), "sklearn")
    assert problem.tests.startswith("import math\nfrom solution import task_func\n")


@pytest.mark.parametrize(
    ("read", "row", "changes", "words"),
    [
        (import_human_eval, HUMAN_EVAL[0], {"test": "x = 1"}, "the tests define no check"),
        (import_human_eval, HUMAN_EVAL[0], {"entry_point": "other"}, "the prompt defines no function other"),
        (import_human_eval, HUMAN_EVAL[0], {"canonical_solution": "  ("}, "the solution is not Python"),
        (import_human_eval, HUMAN_EVAL[0], {"task_id": "x"}, "task_id"),
        (import_bigcodebench, BIG_CODE_BENCH[0], {"test": "x = 1"}, "the tests hold no class"),
        (import_bigcodebench, HUMAN_EVAL[0], {}, "complete_prompt: Field required"),
    ],
)
def test_a_foreign_record_is_refused_with_its_line(
    tmp_path: Path, own_home: Path, read: Import, row: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    first = row if read is import_human_eval else BIG_CODE_BENCH[0]
    path = write(tmp_path / "rows.jsonl", [first | {"task_id": "A/1"}, row | changes])
    with pytest.raises(UserError, match=f"rows.jsonl:2: .*{words}"):
        read(path)
    assert not (own_home / "suites").exists()


def test_a_problem_that_comes_twice_and_an_unknown_environment_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", HUMAN_EVAL * 2)
    with pytest.raises(UserError, match=":2: HumanEval/0 was already in line 1"):
        import_human_eval(path)
    with pytest.raises(UserError, match="no environment 'nowhere'"):
        import_human_eval(path, environment="nowhere")


# The real one


@needs_ds1000
def test_the_published_file_is_read_whole(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", "ds1000", str(PUBLISHED)])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "ds1000: 1000 problems, new (291 pandas, 220 numpy, 155 matplotlib" in said
    assert "15 of them need the network" in said
    problems = load_suite(find_suite("ds1000"))
    assert [p.id for p in problems] == [str(i) for i in range(1000)]
    assert all(p.meta.title and p.meta.form == "snippet" for p in problems)
