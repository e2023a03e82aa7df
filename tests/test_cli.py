"""The command: one line for every mistake, exit status 2, and every listing as JSON too."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from deepbench_core.cli import main
from tests.synthetic import publish, publish_usual, write_suite


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of the command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["problems", "show", "focal-los"], "no problem focal-los"),
        (["problems", "list", "--suite", "deepbanch"], "no suite 'deepbanch'; there is deepbench"),
        (["problems", "list", "--problems", "nowhere"], "nowhere: no such folder of problems"),
        (["problems", "list", "--stage", "cooking"], "'cooking' is not one of"),
        (["problems", "new", "Focal Loss"], "an id is lower-case words joined by hyphens"),
        (["env", "build", "torch-gpu"], "no environment 'torch-gpu'; there is"),
        (["leaderbord"], "No such command 'leaderbord'"),
        (["run"], "Missing option '--model'"),
        (["run", "--like", "x", "--samples", "2"], "leave out --samples"),
        (["run", "--model", "stub", "--changed"], "--changed needs --like RUN"),
        (["run", "--model", "gpt-4", "--samples", "0"], "Invalid value for '--samples'"),
        (["resume", "no-such-run"], "no-such-run"),
        (["score", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(*arguments, capsys=capsys)
    assert (status, out) == (2, "")
    assert said in err
    assert err.startswith("deepbench: ")
    assert err.count("\n") == 1


def test_problems_list_is_the_same_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    _, table, _ = run("problems", "list", "--stage", "training", capsys=capsys)
    _, text, _ = run("problems", "list", "--stage", "training", "--format", "json", capsys=capsys)
    _, sheet, _ = run("problems", "list", "--stage", "training", "--format", "csv", capsys=capsys)
    _, page, _ = run("problems", "list", "--stage", "training", "--format", "markdown", capsys=capsys)
    rows = json.loads(text)
    assert len(rows) >= 5
    assert {row["stage"] for row in rows} == {"training"}
    assert list(csv.DictReader(io.StringIO(sheet))) == rows
    assert len(table.splitlines()) == len(page.splitlines()) == len(rows) + 2


def test_problems_show_gives_one_part_verbatim(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run("problems", "show", "focal-loss", "--part", "prompt", capsys=capsys)
    compile(out, "prompt.py", "exec")
    _, text, _ = run("problems", "show", "focal-loss", "--format", "json", capsys=capsys)
    assert json.loads(text)["prompt"] == out


def test_a_broken_problem_is_named_and_the_others_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("problems", "new", "good-one", "--into", str(tmp_path), capsys=capsys)[0] == 0
    assert run("problems", "new", "bad-one", "--into", str(tmp_path), capsys=capsys)[0] == 0
    (tmp_path / "bad-one" / "tests.py").unlink()
    status, out, err = run("problems", "list", "--problems", str(tmp_path), "--format", "json", capsys=capsys)
    assert status == 0
    assert [row["id"] for row in json.loads(out)] == ["good-one"]
    assert "bad-one/tests.py: missing" in err


def test_an_empty_leaderboard_says_how_to_fill_it(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run("leaderboard", capsys=capsys)
    assert (status, out) == (0, "")
    assert "deepbench run --model" in err
    assert run("leaderboard", "--format", "json", capsys=capsys)[1].strip() == "[]"


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        [],
        ["run"],
        ["score"],
        ["problems", "validate"],
        ["env", "build"],
        ["leaderboard"],
        ["compare"],
        ["serve"],
    ):
        status, out, _ = run(*words, "--help", capsys=capsys)
        assert status == 0
        assert out.startswith("Usage: deepbench")


def test_help_is_quick_to_start() -> None:
    code = (
        "import sys\nfrom deepbench_core.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'litellm', 'docker', 'torch', 'plotly', 'streamlit', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m deepbench_core.cli problems list | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_compare_says_the_same_in_words_tables_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = write_suite(tmp_path / "suites" / "deepbench", 40)
    monkeypatch.setattr("deepbench_core.paths.problems_dir", lambda: tmp_path / "suites")
    publish_usual(tmp_path / "results", problems)
    status, table, _ = run("compare", "claude", "qwen", capsys=capsys)
    assert status == 0
    assert "only anthropic/claude-sonnet-5" in table
    assert "(McNemar's exact test)" in table
    (pair,) = json.loads(run("compare", "claude", "qwen", "--format", "json", capsys=capsys)[1])
    assert pair["sentence"] in table
    assert sum(len(pair[name]) for name in ("both", "only_a", "only_b", "neither")) == pair["n"] == 40
    every = json.loads(run("compare", "--format", "json", capsys=capsys)[1])
    assert len(every) == 6  # of four complete rows
    assert all(0 <= row["p"] <= row["holm"] <= 1 for row in every)
    for arguments, said in [(["claude"], "name two rows"), (["claude", "x"], "no row 'x'"), (["o", "i"], "may mean")]:
        status, out, err = run("compare", *arguments, capsys=capsys)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert said in err


def test_a_board_in_latex_compiles_as_far_as_its_escapes_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = write_suite(tmp_path / "suites" / "deepbench", 40)
    monkeypatch.setattr("deepbench_core.paths.problems_dir", lambda: tmp_path / "suites")
    publish(tmp_path / "results", problems, r"a_b/50%&c#\d")
    status, text, _ = run("leaderboard", "--by", "stage", "--format", "latex", capsys=capsys)
    assert status == 0
    lines = text.splitlines()
    assert lines[0].startswith(r"\begin{tabular}{")
    assert lines[-1] == r"\end{tabular}"
    assert r"a\_b/50\%\&c\#\textbackslash{}d" in text
    columns = len(lines[0].removeprefix(r"\begin{tabular}{").removesuffix("}"))
    rows = [line for line in lines if line.endswith(r"\\")]
    assert len(rows) == 2
    assert all(len(row.replace(r"\&", "").split("&")) == columns for row in rows)


def test_an_import_is_listed_and_has_a_board(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"task_id": f"DLBench/{i}", "model": "m", "status": s} for i, s in enumerate(["pass", "error", "no_image"])
    ]
    path = tmp_path / "zeroshot_m.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    status, out, _ = run("import", "dl-bench", str(path), capsys=capsys)
    assert status == 0
    assert "1 of 1 runs imported, 3 tasks." in out
    _, table, err = run("leaderboard", "--suite", "dl-bench", "--all", capsys=capsys)
    assert err == ""
    assert "tests ran" in table
    (row,) = json.loads(run("leaderboard", "--suite", "dl-bench", "--faults", "--format", "json", capsys=capsys)[1])
    assert (row["pass@1"], row["pass_ran"], row["problems"]) == (pytest.approx(1 / 3), 1, 3)
    path.write_text("nonsense\n")
    status, out, err = run("import", "dl-bench", str(path), capsys=capsys)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "zeroshot_m.jsonl:1: not JSON" in err


def test_ratings_come_in_and_go_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = write_suite(tmp_path / "shipped" / "deepbench", 4)
    monkeypatch.setattr("deepbench_core.paths.problems_dir", lambda: tmp_path / "shipped")
    run_id = publish(tmp_path / "results", problems, "a", verdicts={p.id: "failed" for p in problems})
    assert run("annotations", "export", capsys=capsys)[0] == 2

    def lines(*categories: str) -> str:
        rows = [
            {"kind": "sample", "problem_id": p.id, "run_id": run_id, "sample": 0, "category": c}
            for p, c in zip(problems, categories, strict=True)
        ]
        return "\n".join(map(json.dumps, rows))

    (tmp_path / "m1.jsonl").write_text(lines("silly-mistake", "wrong-logic", "corner-case", "wrong-logic"))
    (tmp_path / "m2.jsonl").write_text(lines("silly-mistake", "wrong-logic", "wrong-logic", "corner-case"))
    for name in ("m1", "m2"):
        given = [str(tmp_path / f"{name}.jsonl"), "--rater", name, "--kind", "model", "--suite", "deepbench"]
        status, out, _ = run("annotations", "import", *given, capsys=capsys)
        assert (status, out) == (0, "4 of 4 ratings added\n") if name == "m1" else status == 0
    status, out, _ = run("annotations", "import", *given, capsys=capsys)
    assert out == "0 of 4 ratings added\n"  # the same file again

    status, out, _ = run("annotations", "agreement", "--kind", "model", "--format", "json", capsys=capsys)
    figures = {row["figure"]: row for row in json.loads(out)}
    assert figures["same answer"]["value"] == 0.5
    assert figures["Cohen's kappa, m1 and m2"]["n"] == 4
    assert run("annotations", "agreement", capsys=capsys)[2].startswith("nothing to show")  # no person has rated

    status, out, _ = run("annotations", "export", capsys=capsys)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {(r["rater"], r["rater_kind"], r["source"]) for r in rows} >= {("m1", "model", "m1.jsonl")}
    (tmp_path / "again.csv").write_text(out)
    assert "0 of" in run("annotations", "import", str(tmp_path / "again.csv"), capsys=capsys)[1]

    (tmp_path / "wrong.jsonl").write_text('{"kind": "sample"}\nnonsense\n')
    for options in ([], ["--rater", "x", "--kind", "model", "--suite", "deepbench"]):
        status, _, err = run("annotations", "import", str(tmp_path / "wrong.jsonl"), *options, capsys=capsys)
        assert status == 2
        assert "wrong.jsonl: " in err
        assert err.count("\n") == 1
