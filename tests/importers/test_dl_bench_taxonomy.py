"""The folder Taxonomy-Data: files joined by name, and a spreadsheet whose headings nobody knows."""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from deepbench_core.errors import UserError
from deepbench_core.importers.dl_bench_failures import RUN, import_failures
from deepbench_core.importers.dl_bench_sheet import Labelled, read_sheet
from deepbench_core.importers.dl_bench_tasks import task_files
from deepbench_core.importers.dl_bench_taxonomy import read_folder
from deepbench_core.store import Store
from tests.importers.test_dl_bench_failures import command, line, output

PROMPT = "Write `half`, which halves a number and is asked for in many words."


def put(base: Path, name: str, text: str) -> Path:
    path = base / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def sheet(base: Path, **columns: list[Any]) -> Path:
    base.mkdir(parents=True, exist_ok=True)
    path = base / "taxonomy.xlsx"
    pd.DataFrame(columns).to_excel(path, index=False)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three generations in the three forms, and two that lack a part."""
    base = tmp_path / "checkout" / "Taxonomy-Data"
    fenced = f"Here you are:\n```python\n{line()['code']}```\n"
    put(base, "Generated/processed_toyshalf1.txt", fenced)
    put(base, "Generated/processed_toyshalf2.py", line()["code"])
    about = {"function_name": "half", "prompt": "Halve.", "ground_truth": "toys/sums.py", "result": fenced}
    put(base, "Generated/processed_toyshalf3.json", json.dumps(about | {"test": ["tests/test_a.py::test_one"]}))
    put(base, "Generated/processed_toyshalf4.txt", fenced)
    put(base, "Original/processed_toyshalf1.py", line()["reference"])
    put(base, "Original/processed_toyshalf2.txt", line()["reference"])
    for number in (1, 2, 3, 5):
        put(base, f"Result/processed_toyshalf{number}.txt", output(f"processed_toyshalf{number}"))
    names = [f"processed_toyshalf{number}.json" for number in (1, 2, 9)]
    first: list[Any] = [11, "1, 10", 3]
    sheet(base, No=[1, 2, 3], Name=names, What=[PROMPT] * 3, A=first, B=[None, 15, 4], Remark=["a note"] * 3)
    return base


def test_files_are_joined_by_name_and_labels_come_from_the_sheet(folder: Path) -> None:
    found = read_folder(folder)
    assert [(g.name, g.code, g.reference, g.prompt, g.repo, g.labels) for g in found.generations] == [
        ("processed_toyshalf1", line()["code"].strip(), line()["reference"], PROMPT, "toys", ((11,), ())),
        ("processed_toyshalf2", line()["code"], line()["reference"], PROMPT, "toys", ((1, 10), (15,))),
        ("processed_toyshalf3", line()["code"].strip(), None, "Halve.", "toys", ()),
    ]
    assert found.generations[0].response.startswith("Here you are")
    assert found.left_out == (
        "1 (processed_toyshalf4) in Generated/ and not in Result/",
        "1 (processed_toyshalf5) in Result/ and not in Generated/",
        "rows of taxonomy.xlsx without files: 1 (processed_toyshalf9)",
        "labels of 1 (processed_toyshalf3): not in taxonomy.xlsx",
    )


def test_a_checkout_brings_its_failures_in(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert not task_files(folder.parent)  # what a generation says of its task makes no task of it
    assert not task_files(folder)
    for state in ("new", "unchanged"):
        assert command("import", "dl-bench", str(folder.parent)) == 0
        out, err = capsys.readouterr()
        assert f"  {state}\n" in out
        assert "3 recorded failures (3 failed); 3 labels of raters on 2 of them." in out
        assert "deepbench: left out 1 (processed_toyshalf4) in Generated/ and not in Result/\n" in err
    rows = Store(tmp_path / "results").rows("select run_id, prompt from texts order by problem_id")
    assert {r["run_id"] for r in rows} == {RUN}
    assert json.loads(rows[2]["prompt"])[0]["content"] == "Halve."


def test_text_that_no_file_can_hold_is_mended(folder: Path, tmp_path: Path) -> None:
    odd = {"prompt": "Halve \ud800.", "result": "x = '\0'\n", "repo": "to\ud800ys"}
    put(folder, "Generated/processed_toyshalf3.json", json.dumps(odd))
    assert import_failures(folder, tmp_path / "imported").verdicts.total() == 3
    rows = Store(tmp_path / "imported").rows("select id, library from labels order by id")
    assert rows[2]["library"] == "to\ufffdys"


def test_a_folder_without_a_sheet_has_no_labels(folder: Path, tmp_path: Path) -> None:
    (folder / "taxonomy.xlsx").unlink()
    found = import_failures(folder, tmp_path / "imported")
    assert (found.ratings, found.verdicts.total()) == (0, 3)
    assert "labels: there is no taxonomy.xlsx" in found.left_out


def test_the_real_records_are_the_same_as_a_folder(shared_data: Path, tmp_path: Path) -> None:
    with gzip.open(shared_data / "dlbench" / "labelled_failures_dev.jsonl.gz") as file:
        rows = [json.loads(text) for text in file]
    base = tmp_path / "Taxonomy-Data"
    for row in rows:
        put(base, f"Generated/{row['id']}.txt", row["code"])
        put(base, f"Original/{row['id']}.txt", row["reference"])
        put(base, f"Result/{row['id']}.txt", row["test_output"])
    cells = [[", ".join(map(str, row[f"labels_{n}_rater"])) or None for row in rows] for n in ("first", "second")]
    sheet(base, Id=[r["id"] for r in rows], Task=[r["prompt"] for r in rows], One=cells[0], Two=cells[1])
    found = {g.name: g for g in read_folder(base).generations}
    for row in rows:
        one = found[row["id"]]
        same = ("code", row["code"]), ("reference", row["reference"]), ("prompt", row["prompt"].strip())
        assert [(name, getattr(one, name)) for name, _ in same] == list(same)
        assert one.labels == (tuple(row["labels_first_rater"]), tuple(row["labels_second_rater"]))
        assert one.repo in (row["repo"], "")


NAMES = ["processed_a", "processed_b", "processed_c", "processed_d", "processed_e", "processed_f"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"Who": ["x"] * 6, "Labels": [1] * 6}, "no column with names of generations (processed_…)"),
        ({"Name": NAMES, "Text": ["words"] * 6}, "no column with labels (1–15)"),
        ({"Name": NAMES, "A": [1] * 6, "B": [2] * 6, "C": [3] * 6}, "3 columns with labels (1–15)"),
        ({"Name": NAMES, "Other": NAMES, "A": [1] * 6}, "several columns name generations"),
        ({"Name": NAMES, "A": [1, 2, 1, 3, 1, 99]}, "sheet 'Sheet1', row 7: '99' is no label (1–15"),
        ({"Name": [*NAMES[:5], "processed_a"], "A": [1] * 6}, "row 7: processed_a was already in"),
    ],
)  # fmt: skip
def test_a_sheet_that_can_not_be_understood_is_refused_with_its_headings(
    columns: dict[str, list[Any]], said: str, tmp_path: Path
) -> None:
    path = sheet(tmp_path, **columns)
    with pytest.raises(UserError) as error:
        read_sheet(path, [])
    assert said in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    if "column" in said:
        assert all(name in str(error.value) for name in columns)


def test_columns_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    code = ["def f():\n    return 1\n" + "    # and so on\n" * 9] * 6
    labels: list[Any] = [1, "[2, 3]", 4.0, "5;6", "7", None]
    path = sheet(tmp_path, N=[*range(1, 7)], Code=code, P=["Do something that takes some words to say."] * 6,
                 F=[f"{n}.txt" for n in NAMES], L=labels)  # fmt: skip
    found = read_sheet(path, [])
    assert [found[n].labels for n in NAMES] == [((1,),), ((2, 3),), ((4,),), ((5, 6),), ((7,),), ((),)]
    assert {row.prompt for row in found.values()} == {"Do something that takes some words to say."}
    known = sheet(tmp_path, F=["a.json", "b"], L=[1, 1])  # names without the prefix, as long as there are such files
    assert read_sheet(known, ["a", "b"])["a"] == Labelled(f"{known}: sheet 'Sheet1', row 2", "", ((1,),))


def test_what_is_no_spreadsheet_or_can_not_be_read_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "taxonomy.xlsx", "no archive")
    with pytest.raises(UserError, match="not readable as a spreadsheet"):
        read_sheet(path, [])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="openpyxl, which is not installed: pip install openpyxl"):
        read_sheet(path, [])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Result/processed_toyshalf1.txt", "2 passed", "does not begin like an output of DL-Bench's tests"),
        ("Result/processed_toyshalf1.txt", output("processed_toyshalf2"), "is that of processed_toyshalf2"),
        ("Generated/processed_toyshalf3.json", '{"result": "def', "not JSON"),
        ("Generated/processed_toyshalf3.json", '{"prompt": "Halve."}', "an object with none of result, response"),
        ("Generated/processed_toyshalf3.json", "[]", "not an object"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_imported(
    name: str, text: str, said: str, folder: Path, tmp_path: Path
) -> None:
    path = put(folder, name, text)
    with pytest.raises(UserError) as error:
        import_failures(folder, tmp_path / "imported")
    assert str(error.value).startswith(str(path))
    assert said in str(error.value)
    assert not (tmp_path / "imported").exists()
