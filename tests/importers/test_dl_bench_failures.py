"""The import of DL-Bench's labelled failures: what the records say, the raters' labels, and nothing by halves."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deepbench_core import board, browse, failures, review
from deepbench_core.browse import SampleKey
from deepbench_core.cli import main
from deepbench_core.errors import StoreError, UserError
from deepbench_core.filters import Filters
from deepbench_core.importers import dl_bench_failures
from deepbench_core.importers.dl_bench_failures import RATERS, RUN, SUITE, failure_sources, import_failures
from deepbench_core.importers.dl_bench_output import Counts, read_output
from deepbench_core.runs import diagnosing
from deepbench_core.store import Store

BANNER = "============================= test session starts ==============================\nrootdir: /x/toys/toys\n"
PASSES = f"{BANNER}\n../toys/tests/test_a.py::test_one PASSED\n\n============ 2 passed in 0.01s ============\n\n"
FAILS = f"""{BANNER}
../toys/tests/test_a.py::test_one PASSED
../toys/tests/test_a.py::T::test_two[a b-1/2] FAILED   [ 50%]

=================================== FAILURES ===================================
____________________________ T.test_two[a b-1/2] ____________________________

    def test_two():
>       assert half(3) == 1.5

tests/test_a.py:9:
_ _ _ _ _ _ _ _ _ _
toys/sums.py:2: in half
    return y / 2
E   NameError: name 'y' is not defined

toys/sums.py:2: NameError
=========================== short test summary info ============================
FAILED ../toys/tests/test_a.py::T::test_two[a b-1/2] - NameError: name 'y' is not defined
============ 1 failed, 1 passed in 0.01s ============


"""
EMPTY = f"{BANNER}collected 0 items\n\n============ no tests ran in 0.00s ============\n\n"
RELATED = "{'FAILED ../toys/tests/test_a.py::T::test_two[a b-1/2] - NameErr...'}"


def output(name: str = "processed_toyshalf1", ran: str = FAILS, original: str = PASSES, **more: str) -> str:
    related = more.get("related", RELATED if ran is FAILS else "set()")
    return (
        f"output file:\n{name}.json\nfunction:\nhalf\nError Cases:\n{more.get('errors', '')}\n"
        f"Pass or Failed: {int(related == 'set()')}\n\nRelated Failed Test Cases:\n{related}\n\n"
        f"All Test Cases On Generated code:\n{ran}Final Test Result:\n{original}Initial Result:\n{original}"
    )


def line(name: str = "processed_toyshalf1", **values: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "id": name,
        "repo": "toys",
        "function": "half",
        "stage": "training",
        "prompt": "Write `half`, which halves a number and is asked for in many words.",
        "reference": "def half(x):\n    return x / 2\n",
        "code": "def half(x):\n    return y / 2\n",
        "test_output": output(name),
        "labels_first_rater": [11, 13],
        "labels_second_rater": [15],
    }
    return usual | values


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def command(*arguments: str) -> int:
    """The exit status of a command."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "imported"


@pytest.fixture
def recorded(shared_data: Path) -> Path:
    return shared_data / "dlbench" / "labelled_failures_dev.jsonl.gz"


@pytest.mark.parametrize(
    ("text", "verdict", "ran"),
    [
        (output(), "failed", Counts(1, 1, 0)),
        (output(ran=PASSES), "passed", Counts(2, 0, 0)),
        (output(ran=FAILS, original=FAILS, related="set()"), "passed", Counts(1, 1, 0)),  # fails with the original, too
        (output(ran="ERRor\n\n", errors="Error"), "error", Counts()),
        (output(ran=EMPTY), "error", Counts()),
        (output(ran=EMPTY, original=EMPTY), "harness", Counts()),
        (output(ran=PASSES).partition("Final Test")[0], "harness", None),  # cut
        (output().partition("Final Test")[0], "failed", None),
    ],
)
def test_the_verdict_is_what_the_record_says(text: str, verdict: str, ran: Counts | None) -> None:
    found = read_output(text)
    assert (found.verdict, found.ran, found.function) == (verdict, ran, "half")
    assert bool(found.message) == (verdict != "passed")


def test_each_test_has_its_outcome_and_what_pytest_printed() -> None:
    found = read_output(output())
    assert [(t["id"], t["outcome"]) for t in found.tests] == [
        ("test_a.py::test_one", "passed"),
        ("test_a.py::T::test_two[a b-1/2]", "failed"),
    ]
    assert found.tests[1]["message"] == found.message == "NameError: name 'y' is not defined"
    assert "toys/sums.py:2: in half" in found.tests[1]["traceback"]
    assert "short test summary" not in found.tests[1]["traceback"]


def test_a_sample_has_all_that_was_recorded_of_it(tmp_path: Path, results: Path) -> None:
    found = import_failures(write(tmp_path / "labelled_failures.jsonl", line()), results)
    assert (found.state, dict(found.verdicts), found.labelled, found.ratings) == ("new", {"failed": 1}, 1, 2)
    store = Store(results)
    assert store.skipped == ()
    sample = browse.sample(store, SampleKey(RUN, "toyshalf1", 0))
    assert sample is not None
    assert [sample.row[n] for n in ("title", "stage", "library", "failing_test", "error_type", "tests_passed")] == [
        "half (toys)", "training", "toys", "test_a.py::T::test_two[a b-1/2]", "NameError", 1,
    ]  # fmt: skip
    assert sample.messages == [{"role": "user", "content": line()["prompt"]}]
    assert (sample.code, sample.reference) == (line()["code"], line()["reference"])
    assert sample.texts["output"] == output()
    assert sample.manifest.note.startswith("Imported from labelled_failures.jsonl")
    assert "no gold standard" in sample.manifest.note
    item = review.item_of(sample)
    assert item is not None
    said = {a.rater: [c.number for c in a.categories] for a in review.public(store, item)}
    assert said == {RATERS[0]: [11, 13], RATERS[1]: [15]}  # of our taxonomy, too, are those that the raters added


def test_it_is_no_entry_of_a_board_and_its_labels_are_none_of_ours(tmp_path: Path, results: Path) -> None:
    same = line("processed_toyshalf2", labels_second_rater=[11])
    import_failures(write(tmp_path / "labelled_failures.jsonl", line(), same), results)
    store = Store(results)
    assert not len(board.leaderboard(store, Filters(suite=SUITE)).frame)
    assert board.without_rate(store, SUITE)
    assert not board.without_rate(store, "another")
    assert len(failures.listed(store, Filters())) == 2
    for kind in ("person", "model"):
        assert not review.agree(store, "sample", kind, only_blind=False).alpha.n  # type: ignore[arg-type]
    assert review.agree(store, "sample", "elsewhere", only_blind=False).alpha.n == 2
    assert not review.agree(store, "sample", "elsewhere").alpha.n  # nothing says that they were blind
    # Two who agree settle a cause when they are people of ours.
    assert {r["category"] for r in store.rows("select category from causes")} == {None}
    waiting = review.entries(store, review.Rater("Ada"), "sample", Filters())
    assert [e.task(review.Rater("Ada")) for e in waiting] == ["rate", "rate"]


def test_an_import_again_changes_nothing_and_other_labels_replace_the_first(tmp_path: Path, results: Path) -> None:
    path = write(tmp_path / "labelled_failures.jsonl", line())
    import_failures(path, results)
    before = sorted(p.name for p in results.rglob("*"))
    assert import_failures(path, results).state == "unchanged"
    assert sorted(p.name for p in results.rglob("*")) == before
    found = import_failures(write(path, line(labels_first_rater=[2], labels_second_rater=[])), results)
    assert (found.state, found.folder.name) == ("new", f"{RUN}.r2")
    rows = Store(results).rows("select rater, category from answers")
    assert rows == [{"rater": RATERS[0], "category": "syntax-error"}]
    import_failures(write(path, line()), results)
    assert Counter(r["rater"] for r in Store(results).rows("select rater from answers")) == Counter(RATERS)


GOOD = json.dumps(line())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: empty"),
        (f"{GOOD}\n" + GOOD[:60], ":2: not JSON"),
        (f"{GOOD}\n" + json.dumps(line("processed_b")), ":2: ends in the middle of a line"),
        (f'{GOOD}\n\n{{"task_id": "DLBench/1", "status": "pass"}}\n', ":3: not a labelled failure of DL-Bench: id:"),
        (f"{GOOD}\n[1, 2]\n", ":2: not a labelled failure of DL-Bench: line:"),
        (f"{GOOD}\n{GOOD}\n", ":2: processed_toyshalf1 was already in "),
        (json.dumps(line(labels_first_rater=[99])) + "\n", " of DL-Bench: labels_first_rater.0:"),
        (json.dumps(line(labels_second_rater=[1, 1])) + "\n", "labels_second_rater: gives a label twice"),
        (json.dumps(line(labels_second_rater=["1"])) + "\n", "labels_second_rater.0: Input should be a valid integer"),
        (json.dumps(line(prompt="\ud800")) + "\n", "prompt: Input should be a valid string"),
        (json.dumps(line(stage="cooking")) + "\n", ":1: not a labelled failure of DL-Bench: stage: unknown stage"),
        (json.dumps(line(surprise=1)) + "\n", ":1: not a labelled failure of DL-Bench: surprise:"),
        (json.dumps(line(test_output="2 passed")) + "\n", ":1: test_output: does not begin like an output"),
        (json.dumps(line(test_output=output("processed_b"))) + "\n", "test_output: the output is that of processed_b"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_nothing_is_imported(text: str, said: str, tmp_path: Path, results: Path) -> None:
    path = tmp_path / "labelled_failures.jsonl"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        import_failures(path, results)
    assert str(error.value).startswith(str(path))
    assert said in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    assert not results.exists()


def test_a_compressed_file_that_is_cut_off_is_named(tmp_path: Path, results: Path) -> None:
    path = tmp_path / "labelled_failures.jsonl.gz"
    path.write_bytes(gzip.compress((GOOD + "\n").encode() * 3)[:-30])
    with pytest.raises(UserError, match=r"labelled_failures.jsonl.gz:\d+: ends within a compressed part"):
        import_failures(path, results)
    assert not results.exists()


def test_labels_that_can_not_be_kept_leave_no_run_behind(
    tmp_path: Path, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Path:
        raise StoreError("can't keep annotations: No space left on device")

    monkeypatch.setattr(dl_bench_failures, "write", full)
    with pytest.raises(StoreError):
        import_failures(write(tmp_path / "labelled_failures.jsonl", line()), results)
    assert not list(results.iterdir())


def test_where_failures_are_found(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for name in ("Generated", "Result"):
        (checkout / "Taxonomy-Data" / name).mkdir(parents=True)
    assert failure_sources(checkout) == failure_sources(checkout / "Taxonomy-Data") == [checkout / "Taxonomy-Data"]
    named = write(tmp_path / "labelled_failures_x.jsonl")
    assert failure_sources(named) == failure_sources(tmp_path) == [named]
    assert failure_sources(write(tmp_path / "any.jsonl", line())) == [tmp_path / "any.jsonl"]
    assert failure_sources(write(tmp_path / "results.jsonl", {"task_id": "a", "status": "pass"})) == []


def test_results_and_failures_of_one_folder_are_both_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "all" / "results").mkdir(parents=True)
    result = {"task_id": "DLBench/1", "model": "m", "variant": "zeroshot_m", "status": "pass"}
    write(tmp_path / "all" / "results" / "dlbench_zeroshot_m.jsonl", result)
    path = write(tmp_path / "all" / "labelled_failures.jsonl", line())
    assert command("import", "dl-bench", str(tmp_path / "all"), "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["run"], r["samples"], r["state"]) for r in rows] == [("dl-bench-zeroshot_m", 1, "new"), (RUN, 1, "new")]
    path.write_text("{")
    assert command("import", "dl-bench", str(tmp_path / "all")) == 2  # the results stay imported
    out, err = capsys.readouterr()
    assert "dl-bench-zeroshot_m" in out
    assert len(err.strip().splitlines()) == 1


def test_the_recorded_failures_come_in_whole_and_can_be_diagnosed(
    recorded: Path, tmp_path: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--results", str(results), "import", "dl-bench", str(recorded)) == 0
    out = capsys.readouterr().out
    assert "171 recorded failures (155 failed, 6 harness, 6 passed, 4 error); 278 labels of raters on 171" in out
    assert command("--results", str(results), "import", "dl-bench", str(recorded)) == 0
    assert "unchanged" in capsys.readouterr().out
    store = Store(results)
    assert store.skipped == ()
    texts = store.rows("select * from texts")
    assert all(t[name] for t in texts for name in ("prompt", "code", "response", "reference", "output"))
    counted = store.rows("select problem_id, tests_total, tests_passed from samples where tests_total is not null")
    for row in counted:  # the tests that are listed are those that pytest counts, where it did not print between them
        tests = json.loads(next(t["tests"] for t in texts if t["problem_id"] == row["problem_id"]))
        outcomes = Counter(t["outcome"] for t in tests)
        assert outcomes["failed"] + outcomes["error"] == row["tests_total"] - row["tests_passed"], row
    labels = store.rows("select unnest(categories) as c from answers")
    assert {"performance", "prompt-lacks-information", "wrong-import"} <= {r["c"] for r in labels}
    [found] = diagnosing.diagnose_runs(store, [RUN], counterfactuals=False)
    assert found.failed == 165
    assert found.counts["not determined"] < 10
    assert len(review.machine(store, "elsewhere").labels) > 30
    assert not review.machine(store, "person").labels


def test_a_diagnosis_knows_what_was_asked_and_what_passes(
    tmp_path: Path, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_failures(write(tmp_path / "labelled_failures.jsonl", line()), results)
    seen = []
    diagnose: Callable[..., Any] = diagnosing.Diagnoser.diagnose

    def spy(self: Any, failure: Any, problem: Any) -> Any:
        seen.append(failure)
        return diagnose(self, failure, problem)

    monkeypatch.setattr(diagnosing.Diagnoser, "diagnose", spy)
    diagnosing.diagnose_runs(Store(results), [RUN], counterfactuals=False)
    assert [(f.prompt, f.reference, f.symptoms.main.type) for f in seen] == [
        (line()["prompt"], line()["reference"], "NameError")
    ]


def test_hostile_text_is_kept_as_text(tmp_path: Path, results: Path) -> None:
    odd = line(code="x = '\0'", prompt="<b>bold</b>", reference="\0")
    long = FAILS + "::" * 50_000 + "\n" + "_ " * 50_000 + "\n" + "=" * 100_000 + "\n\n"
    odd["test_output"] = output(ran=long, related=RELATED)
    found = import_failures(write(tmp_path / "labelled_failures.jsonl", odd), results)
    assert dict(found.verdicts) == {"failed": 1}
    [diagnosed] = diagnosing.diagnose_runs(Store(results), [RUN], counterfactuals=False)
    assert diagnosed.failed == 1
