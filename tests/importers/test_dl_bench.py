"""The import of DL-Bench's result files: every status and shape, the authors' own figures, and nothing by halves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deepbench_core import board, gaps
from deepbench_core.errors import StoreError, UserError
from deepbench_core.filters import Filters, vocabulary
from deepbench_core.importers import dl_bench
from deepbench_core.importers.dl_bench_files import STATUSES
from deepbench_core.store import Store
from deepbench_core.taxonomy import Verdict
from tests.conftest import SHARED_DATA

AUTHORS = SHARED_DATA / "dlbench" / "results"
needs_files = pytest.mark.skipif(not AUTHORS.is_dir(), reason="the authors' result files are not in ../shared/data")

# What the authors' sheet states, in percent: errors counted as failures, and the samples whose tests ran alone.
SHEET = {
    "claude-sonnet": (37.8, 45.2),
    "deepseek-v4-flash": (22.7, 34.8),
    "gpt-oss-120b": (22.7, 29.7),
    "deepseek-v4-pro": (19.5, 34.2),
    "llama-3.3-70b": (19.0, 23.8),
}
STAGES = {
    "pre/post processing": "preprocessing",
    "model construction": "model-construction",
    "training": "training",
    "inference": "inference",
    "evaluation&metrics": "evaluation",
}


def zero_shot(task: int, status: str | None, **more: Any) -> dict[str, Any]:
    row = {"task_id": f"DLBench/{task}", "model": "a-model", "variant": "zeroshot_a-model", "status": status}
    return row | {"stage": "training"} | more


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "imported"


def test_each_status_becomes_its_verdict(tmp_path: Path, results: Path) -> None:
    rows = [zero_shot(i, status) for i, status in enumerate([*STATUSES, None])]
    dl_bench.import_results(write(tmp_path / "dlbench_zeroshot_a-model.jsonl", rows), results)
    found = Store(results, []).rows("select problem_id, verdict, message, scored from results")
    verdicts = {row["problem_id"]: row["verdict"] for row in found}
    expected = {f"dlbench-{i}": str(v) for i, v in enumerate([*STATUSES.values(), Verdict.HARNESS])}
    assert verdicts == expected
    assert {s: str(v) for s, v in STATUSES.items() if v is not Verdict.HARNESS} == {
        "pass": "passed",
        "fail": "failed",
        "error": "error",
        "timeout": "timeout",
        "no_code": "no-code",
    }
    lost = next(row for row in found if row["problem_id"] == "dlbench-5")
    assert (lost["message"], lost["scored"]) == ("patch_error in DL-Bench's harness", False)


def test_every_shape_is_read(tmp_path: Path, results: Path) -> None:
    folder = tmp_path / "checkout" / "results" / "overnight"
    write(folder / "dlbench_zeroshot_a-model.jsonl", [zero_shot(1, "pass"), zero_shot(2, "fail")])
    write(folder / "dlbench_fewshot_random_a-model.jsonl", [zero_shot(1, "pass", variant="fewshot_random_a-model")])
    several = {"task_id": "DLBench/1", "model": "a-model", "statuses": ["pass", "fail", "no_code"], "n_pass": 1}
    write(folder / "dlbench_pass5_a-model.jsonl", [several | {"pass_at_5": True, "stage": "training"}])
    agentic = {"task_id": "DLBench/2", "repo": "kornia", "agent": "an-agent", "status": "fail", "stage": "training"}
    counts = {"passed": 3, "failed": 1, "errored": 1, "skipped": 2}
    write(folder / "dlbench_agentic_an-agent.jsonl", [agentic | {"counts": counts, "agent_exit_ok": True}])
    own = {"task_id": "x.json", "repo": "pyro", "status": "timeout", "detail": "extracted via fence\nmore"}
    metadata = {"stage": "Evaluation&Metrics", "task": "Object Detection", "data": "structured"}
    write(folder / "folder_output.jsonl", [own | {"counts": {}, "duration_s": 2.5, "metadata": metadata}])
    (folder / "ds1000_zeroshot_a-model.jsonl").write_text("another benchmark\n")
    (tmp_path / "checkout" / "results" / "agentic_trajectories").mkdir()
    (tmp_path / "checkout" / "results" / "agentic_trajectories" / "DLBench_0.jsonl").write_text("a transcript\n")

    found = dl_bench.import_results(tmp_path / "checkout", results)
    named = {run.file.variant: (run.file.model, run.file.technique) for run in found.runs}
    assert named == {
        "zeroshot_a-model": ("a-model", "zero-shot"),
        "fewshot_random_a-model": ("a-model", "few-shot-random"),
        "pass5_a-model": ("a-model", "pass@5"),
        "agentic_an-agent": ("an-agent", "agentic"),
        "folder_output": ("folder_output", "unknown"),
    }
    assert [path.name for path in found.left_out] == ["ds1000_zeroshot_a-model.jsonl"]
    store = Store(results, [])
    assert store.skipped == ()
    tests = store.rows("select tests_total, tests_passed from samples where technique = 'agentic'")
    assert tests == [{"tests_total": 5, "tests_passed": 3}]
    labels = {row["id"]: row for row in store.rows("select * from labels")}
    assert labels["dlbench-2"]["title"] == "DLBench/2 (kornia)"  # from the agentic file, for all runs
    axes = ("stage", "task", "modality")
    assert [labels["x"][axis] for axis in axes] == ["evaluation", "object-detection", "tabular"]
    assert [labels["dlbench-1"][axis] for axis in axes] == ["training", "", ""]


def test_imported_runs_have_a_board_of_their_own_and_no_rank_elsewhere(tmp_path: Path, results: Path) -> None:
    rows = [zero_shot(i, "pass" if i < 10 else "fail") for i in range(20)]
    dl_bench.import_results(write(tmp_path / "f.jsonl", rows), results)
    store = Store(results, [])
    assert len(board.leaderboard(store, Filters(suite="deepbench")).frame) == 0
    found = board.leaderboard(store, Filters(suite="dl-bench"))
    row = found.frame.iloc[0]
    assert (row["rank"], row["pass@1"], row["problems"], row["source"]) == ("1", 0.5, 20, "imported")
    assert ("imported" in row["badges"], row["integrity"]) == (True, "")  # nobody here knows that judge
    assert not store.manifest("dl-bench-zeroshot_a-model").ranked
    assert "zero-shot" in vocabulary(store).techniques


def test_an_import_again_changes_nothing_and_a_changed_file_is_a_revision(tmp_path: Path, results: Path) -> None:
    path = write(tmp_path / "f.jsonl", [zero_shot(1, "pass")])
    assert dl_bench.import_results(path, results).runs[0].state == "new"
    assert dl_bench.import_results(path, results).runs[0].state == "unchanged"
    write(path, [zero_shot(1, "fail")])
    assert dl_bench.import_results(path, results).runs[0].folder.name == "dl-bench-zeroshot_a-model.r2"
    assert Store(results, []).rows("select verdict from results") == [{"verdict": "failed"}]


GOOD = json.dumps(zero_shot(1, "pass"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: empty"),
        (f"{GOOD}\n" + GOOD[:40], ":2: not JSON; the file is cut off"),
        (f"{GOOD}\n{json.dumps(zero_shot(2, 'pass'))}", ":2: ends in the middle of a line"),
        (f"{GOOD}\n{GOOD}\n", ":2: DLBench/1 was already on line 1"),
        (f"{GOOD}\n\n{json.dumps(zero_shot(2, 'passed'))}\n", ":3: unknown status 'passed'"),
        (f"{GOOD}\n[1, 2]\n", ":2: not an object"),
        (f"{GOOD}\n{json.dumps(zero_shot(2, 'pass', stage='cooking'))}\n", ":2: unknown stage 'cooking'"),
        (f"{GOOD}\n{json.dumps(zero_shot(2, 'pass', model='b'))}\n", ":2: model is 'b', but 'a-model' on the lines"),
        ('{"task_id": "DLBench/1", "passed": true}\n', ":1: a result has either a status or statuses"),
        ('{"status": "pass"}\n', ":1: task_id: Field required"),
        ('{"task_id": "DLBench/1", "statuses": []}\n', ":1: statuses: List should have at least 1 item"),
        ('{"task_id": "DLBench/1", "statuses": ["pass"], "n_pass": 0}\n', ":1: n_pass is 0, but 1 of the statuses"),
        ('{"task_id": "D/1", "statuses": ["fail"], "pass_at_5": true}\n', ":1: pass_at_5 doesn't agree"),
        ('{"task_id": "D/1", "status": "pass", "counts": {"passed": -1}}\n', ":1: counts.passed: Input should be"),
        ("task,model,status\n1,a,pass\n", ":1: not JSON"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line_and_nothing_is_imported(
    tmp_path: Path, results: Path, text: str, said: str
) -> None:
    write(tmp_path / "in" / "a.jsonl", [zero_shot(1, "pass", variant="zeroshot_b")])
    (tmp_path / "in" / "b.jsonl").write_text(text)
    with pytest.raises(UserError) as caught:
        dl_bench.import_results(tmp_path / "in", results)
    assert f"b.jsonl{said}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not results.exists()


def test_foreign_bytes_missing_paths_and_clashes_are_refused(tmp_path: Path, results: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(GOOD.encode() + b"\n\xff\xfe\x00")
    with pytest.raises(UserError, match=r"x\.jsonl:2: not UTF-8"):
        dl_bench.import_results(tmp_path / "x.jsonl", results)
    with pytest.raises(UserError, match="no such file or folder"):
        dl_bench.import_results(tmp_path / "nowhere", results)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no result file"):
        dl_bench.import_results(tmp_path / "empty", results)
    for name in ("a", "b"):
        write(tmp_path / "twice" / f"{name}.jsonl", [zero_shot(1, "pass")])
    with pytest.raises(UserError, match="would be the same run"):
        dl_bench.import_results(tmp_path / "twice", results)
    write(tmp_path / "odds" / "a.jsonl", [zero_shot(1, "pass")])
    write(tmp_path / "odds" / "b.jsonl", [zero_shot(1, "pass", variant="zeroshot_b", stage="inference")])
    with pytest.raises(UserError, match=r"b\.jsonl:1: DLBench/1 is inference here, training elsewhere"):
        dl_bench.import_results(tmp_path / "odds", results)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        write(tmp_path / "in" / f"{name}.jsonl", [zero_shot(1, "pass", variant=f"zeroshot_{name}")])
    real = dl_bench.write_publication

    def second_fails(folder: Path, manifest: Any, rows: Any) -> Path:
        if manifest.run_id.endswith("_b"):
            raise StoreError("no space left on device")
        return real(folder, manifest, rows)

    monkeypatch.setattr(dl_bench, "write_publication", second_fails)
    with pytest.raises(StoreError, match="no space left"):
        dl_bench.import_results(tmp_path / "in", results)
    assert Store(results, []).manifests() == []
    assert list(results.iterdir()) == []


@needs_files
def test_the_authors_figures_come_out_both_ways_of_counting(results: Path) -> None:
    found = dl_bench.import_results(AUTHORS.parent, results)
    assert len(found.runs) == 20
    assert found.problems == 415
    board_ = board.leaderboard(Store(results, []), Filters(suite="dl-bench", faults=True, complete=False)).frame
    for model, (as_failures, ran) in SHEET.items():
        row = board_[board_["parameters"] == json.dumps({"variant": f"zeroshot_{model}"})].iloc[0]
        assert round(100 * row["pass@1"], 1) == as_failures, model
        assert round(100 * row["pass_ran"], 1) == ran, model
        assert row["coverage"] == 1


@needs_files
def test_the_stages_figures_equal_a_plain_count_of_the_files(results: Path) -> None:
    dl_bench.import_results(AUTHORS, results)
    store = Store(results, [])
    frame = board.leaderboard(store, Filters(suite="dl-bench", faults=True, complete=False)).frame
    found = gaps.gap(store, Filters(suite="dl-bench", faults=True, complete=False), "stage")
    for model in SHEET:
        path = AUTHORS / "overnight" / f"dlbench_zeroshot_{model}.jsonl"
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        parameters = json.dumps({"variant": f"zeroshot_{model}"})
        row = frame[frame["parameters"] == parameters].iloc[0]
        (gap,) = [g for g in found.models if g.entry is not None and g.entry.parameters == parameters]
        in_gap = {g.value: g.estimate for g in gap.groups}
        for stated, stage in STAGES.items():
            statuses = [r["status"] for r in rows if r["stage"] == stated]
            expected = statuses.count("pass") / len(statuses)
            assert row[f"stage:{stage}"] == pytest.approx(expected, abs=1e-9)
            assert (in_gap[stage].value, in_gap[stage].n) == (pytest.approx(expected, abs=1e-9), len(statuses))


@needs_files
def test_several_samples_give_pass_at_5_as_the_files_state_it(results: Path) -> None:
    dl_bench.import_results(AUTHORS, results)
    filters = Filters(suite="dl-bench", technique=("pass@5",), faults=True, complete=False)
    frame = board.leaderboard(Store(results, []), filters).frame
    for model in ("claude-sonnet", "llama-3.3-70b"):
        path = AUTHORS / "overnight" / f"dlbench_pass5_{model}.jsonl"
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        row = frame[frame["model"] == model].iloc[0]
        assert row["pass@5"] == pytest.approx(sum(r["pass_at_5"] for r in rows) / len(rows))
