"""Problem folders are read strictly: what is wrong is said in one line that names file and field."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from deepbench_core import paths
from deepbench_core.errors import ProblemError, UserError
from deepbench_core.problems import check_suite, dataset_hash, find_suite, load_problem, load_suite
from deepbench_core.taxonomy import AXES

SUITE = paths.problems_dir() / "deepbench"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "suite" / "focal-loss"
    shutil.copytree(SUITE / "focal-loss", target)
    return target


def test_the_shipped_suite_is_sound_and_covers_every_label() -> None:
    problems = load_suite(SUITE)
    assert len(problems) >= 48
    for axis, labels in AXES.items():
        counts = Counter(getattr(p.meta, axis) for p in problems)
        assert min(counts[label] for label in labels) >= 5, f"{axis}: {counts}"
    assert sum("import torch" in p.reference for p in problems) >= len(problems) / 3
    assert len({p.meta.title for p in problems}) == len(problems)


def test_no_shipped_test_reads_the_clock_or_the_network() -> None:
    for problem in load_suite(SUITE):
        for word in ("import time", "from time", "datetime.now", "import socket", "urllib", "requests", "sleep("):
            assert word not in problem.tests, f"{problem.id}: {word}"


def test_prompt_and_reference_agree_on_signatures() -> None:
    import ast

    for problem in load_suite(SUITE):
        signatures = []
        for text in (problem.prompt, problem.reference):
            nodes = {n.name: n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
            found = {}
            for name in problem.meta.entry_points:
                node = nodes[name]
                methods = (
                    [node]
                    if isinstance(node, ast.FunctionDef)
                    else [
                        m
                        for m in node.body
                        if isinstance(m, ast.FunctionDef) and (m.name[0] != "_" or m.name == "__init__")
                    ]
                )
                found[name] = {
                    m.name: [a.arg for a in (*m.args.posonlyargs, *m.args.args, *m.args.kwonlyargs)] for m in methods
                }
            signatures.append(found)
        asked, given = signatures
        for name in problem.meta.entry_points:
            for method, arguments in asked[name].items():
                assert given[name].get(method) == arguments, f"{problem.id}: {name}.{method}"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("problem.toml", 'stage = "model-construction"', 'stage = "cooking"', "problem.toml: stage: "),
        ("problem.toml", 'id = "focal-loss"', 'id = "other"', "the folder is called 'focal-loss'"),
        ("problem.toml", 'title = "', 'colour = "red"\ntitle = "', "problem.toml: colour: "),
        ("problem.toml", 'id = "', "id = ", "not TOML"),
        ("problem.toml", 'entry_points = ["focal_loss"]', 'entry_points = ["loss"]', "'loss' is not defined"),
        ("prompt.py", "def focal_loss(", "def focal_loss((", "prompt.py:4: not Python"),
        ("tests.py", "def test_", "def check_", "no function whose name starts with test"),
    ],
)
def test_a_mistake_is_named_in_one_line(folder: Path, file: str, old: str, new: str, said: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    with pytest.raises(ProblemError) as caught:
        load_problem(folder)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", ["problem.toml", "prompt.py", "reference.py", "tests.py"])
def test_a_missing_empty_or_binary_file_is_named(folder: Path, file: str) -> None:
    (folder / file).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProblemError, match=f"{file}: not UTF-8"):
        load_problem(folder)
    (folder / file).write_text("  \n")
    with pytest.raises(ProblemError, match=f"{file}: empty"):
        load_problem(folder)
    (folder / file).unlink()
    with pytest.raises(ProblemError, match=f"{file}: missing"):
        load_problem(folder)


def test_check_suite_goes_on_after_a_broken_problem(folder: Path) -> None:
    shutil.copytree(SUITE / "focal-loss", folder.parent / "broken")
    results = dict(check_suite(folder.parent))
    assert isinstance(results[folder.parent / "broken"], ProblemError)
    assert not isinstance(results[folder], ProblemError)


def test_an_unknown_suite_names_those_there_are() -> None:
    with pytest.raises(UserError, match="there is deepbench"):
        find_suite("deepbanch")


def test_hashes_follow_what_a_verdict_depends_on(folder: Path) -> None:
    before = load_problem(folder)
    toml = folder / "problem.toml"
    toml.write_text(toml.read_text().replace('difficulty = "medium"', 'difficulty = "hard"'))
    assert load_problem(folder).hash == before.hash
    (folder / "tests.py").write_text(before.tests + "\n# changed\n")
    after = load_problem(folder)
    assert after.hash != before.hash
    assert dataset_hash([after]) != dataset_hash([before])
