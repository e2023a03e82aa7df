"""The store against real Parquet files: what it shows, what it refuses, and that readers survive writers."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepbench_core import paths
from deepbench_core.errors import StoreError
from deepbench_core.problems import load_suite
from deepbench_core.publication import Publication, read_publication, write_diagnoses, write_publication
from deepbench_core.records import SAMPLES, TEXTS, Labels, Manifest
from deepbench_core.store import Store

SHIPPED = paths.problems_dir() / "deepbench"
NOW = datetime(2026, 11, 1, tzinfo=UTC)

Row = tuple[dict[str, Any], dict[str, Any]]


def a_manifest(run_id: str = "run-1", **changes: Any) -> Manifest:
    values = {"run_id": run_id, "model": "m", "technique": "zero-shot", "suite": "deepbench"}
    return Manifest.model_validate(values | {"started_at": NOW} | changes)


def some_rows(run_id: str = "run-1", problems: Iterable[str] = ("a", "b"), **columns: Any) -> list[Row]:
    keys = [{"run_id": run_id, "problem_id": p, "sample": 0} for p in sorted(problems)]
    common = {"suite": "deepbench", "model": "m", "verdict": "passed", "finished_at": NOW}
    return [(k | common | columns, k | {"response": f"response of {k['problem_id']}"}) for k in keys]


def publish(results: Path, run_id: str = "run-1", *, manifest: dict[str, Any] | None = None, **columns: Any) -> Path:
    return write_publication(results, a_manifest(run_id, **(manifest or {})), some_rows(run_id, **columns))


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "it's [odd]*"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite called `deepbench` with a single problem."""
    shutil.copytree(SHIPPED / "focal-loss", tmp_path / "deepbench" / "focal-loss")
    return tmp_path / "deepbench"


@pytest.mark.parametrize("view", ["runs", "samples", "texts", "diagnoses", "problems", "results"])
def test_views_of_an_empty_store_are_typed_and_empty(tmp_path: Path, view: str) -> None:
    store = Store(tmp_path / "missing")
    assert store.rows(f"select * from {view}") == []
    kinds = {row["column_name"]: row["column_type"] for row in store.rows(f"describe {view}")}
    assert kinds.get("sample", "INTEGER") == "INTEGER"
    assert kinds.get("flags", "VARCHAR[]") == "VARCHAR[]"
    assert store.query(f"select * from {view}").shape == (0, len(kinds))


def test_results_join_labels_and_run(results: Path, suite: Path) -> None:
    problem = load_suite(suite)[0]
    publish(results, problems=[problem.id], problem_hash=problem.hash, flags=["walks-frames"])
    publish(results, "old", problems=[problem.id], problem_hash="another", verdict="harness")
    publish(results, "pseudo", manifest={"ranked": False, "source": "scored"}, problems=["nowhere"])
    found = {row["run_id"]: row for row in Store(results, [suite]).rows("select * from results")}
    assert found["run-1"]["stage"] == problem.meta.stage
    assert found["run-1"]["title"] == problem.meta.title
    assert found["run-1"]["flags"] == ["walks-frames"]
    assert found["run-1"]["finished_at"] == NOW.replace(tzinfo=None)
    states = {run: (r["passed"], r["scored"], r["stale"], r["ranked"], r["source"]) for run, r in found.items()}
    assert states == {
        "run-1": (True, True, False, True, "run"),
        "old": (False, False, True, True, "run"),
        "pseudo": (True, True, False, False, "scored"),
    }


def test_difficulty_is_measured_once_three_models_ran(results: Path, suite: Path) -> None:
    metadata = suite / "focal-loss" / "problem.toml"
    metadata.write_text(re.sub('difficulty = "[a-z]+"', 'difficulty = "hard"', metadata.read_text()))
    store = Store(results, suites=[suite])
    hash_ = store.problems()[0].hash

    def difficulty(view: str) -> list[Any]:
        return store.rows(f"select difficulty, guessed from {view} limit 1")

    for number in range(3):
        changes = {"model": f"m{number}", "ranked": True}
        row = {"verdict": "passed", "model": f"m{number}", "problem_hash": hash_}
        assert number == 0 or difficulty("results") == [{"difficulty": "hard", "guessed": True}]
        publish(results, f"run-{number}", manifest=changes, problems=["focal-loss"], **row)
    assert difficulty("results") == difficulty("problems") == [{"difficulty": "easy", "guessed": False}]


def test_labels_come_from_the_manifest_where_the_suite_is_not_at_hand(results: Path, suite: Path) -> None:
    labels = Labels(
        title="T", stage="training", task="general", modality="text", difficulty="easy", review="draft", hash="h"
    )
    publish(results, problems=["gone"], manifest={"labels": {"gone": labels}}, problem_hash="h")
    question = "select stage, stale from results"
    assert Store(results).rows(question) == [{"stage": "training", "stale": False}]
    # The suite is there now, and it no longer has the problem: what was measured says nothing about it.
    assert Store(results, [suite]).rows(question) == [{"stage": "training", "stale": True}]


def test_latest_revision_of_a_run_counts(results: Path) -> None:
    first = publish(results, verdict="failed")
    store = Store(results)
    assert store.rows("select count(*) filter (where passed) as n from results") == [{"n": 0}]
    second = publish(results)
    assert [first.name, second.name] == ["run-1.r1", "run-1.r2"]
    assert store.rows("select count(*) filter (where passed) as n, count(*) as total from results") == [
        {"n": 2, "total": 2}
    ]
    assert store.manifest("run-1").revision == 2
    assert first.exists()


def test_a_superseded_partial_revision_is_removed(results: Path) -> None:
    first = publish(results, problems=["a"], manifest={"status": "partial"})
    publish(results)
    assert not first.exists()
    assert [p.name for p in results.iterdir()] == ["run-1.r2"]


def test_version_changes_with_publications_and_problems_only(results: Path, suite: Path) -> None:
    store = Store(results, [suite])
    seen = [store.version]
    assert store.version == seen[0]
    folder = publish(results)
    seen.append(store.version)
    (results / ".under-way").mkdir()
    assert store.version == seen[-1]
    shutil.rmtree(folder)
    seen.append(store.version)
    (suite / "focal-loss" / "tests.py").write_text("def test_nothing():\n    pass\n")
    store.refresh()
    seen.append(store.version)
    assert len(set(seen)) == len(seen) - 1  # gone again is as it was at first
    assert store.rows("select hash from problems") == [{"hash": load_suite(suite)[0].hash}]


def test_texts_of_one_sample(results: Path) -> None:
    publish(results)
    store = Store(results)
    texts = store.texts("run-1", "b", 0)
    assert texts is not None
    assert texts["response"] == "response of b"
    assert store.texts("run-1", "b", 1) is None
    assert store.texts("nowhere", "b", 0) is None


def test_text_survives_that_utf8_or_c_would_not(results: Path) -> None:
    rows = some_rows(problems=["a"])
    rows[0][1]["response"] = "half \ud83d a pair, and a \x00 byte"
    write_publication(results, a_manifest(), rows)
    texts = Store(results).texts("run-1", "a", 0)
    assert texts is not None
    assert texts["response"] == "half � a pair, and a \x00 byte"


def test_files_of_differing_schemas_are_read_together(results: Path) -> None:
    publish(results)
    older = publish(results, "older")
    newer = publish(results, "newer")
    drop = [name for name in SAMPLES.names if name in ("flags", "cost", "judge")]
    samples = pq.read_table(older / "samples.parquet")
    pq.write_table(samples.drop_columns(drop), older / "samples.parquet")
    samples = pq.read_table(newer / "samples.parquet")
    samples = samples.append_column("brand_new", pa.array([1, 2])).set_column(
        3, "sample", samples["sample"].cast(pa.int64())
    )
    pq.write_table(samples, newer / "samples.parquet")
    store = Store(results)
    assert store.skipped == ()
    assert store.rows("select count(*) as n, count(flags) as f, max(typeof(sample)) as t from results") == [
        {"n": 6, "f": 0, "t": "INTEGER"}
    ]


def test_a_single_file_that_lacks_a_column_is_read(results: Path) -> None:
    folder = publish(results)
    texts = pq.read_table(folder / "texts.parquet")
    pq.write_table(texts.drop_columns(["evidence"]), folder / "texts.parquet")
    assert len(Store(results).rows("select evidence from texts")) == 2


def break_schema(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"schema_version": 1', '"schema_version": 99'))


def break_column(folder: Path) -> None:
    table = pq.read_table(folder / "samples.parquet")
    pq.write_table(table.set_column(6, "verdict", pa.array([1, 2])), folder / "samples.parquet")


def break_owner(folder: Path) -> None:
    shutil.copy(folder.parent / "run-1.r1" / "samples.parquet", folder / "samples.parquet")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda f: (f / "samples.parquet").write_bytes(b"PAR1 torn"), "samples.parquet: not readable as Parquet"),
        (lambda f: (f / "texts.parquet").unlink(), "texts.parquet: missing"),
        (lambda f: (f / "manifest.json").unlink(), "manifest.json: missing"),
        (lambda f: (f / "manifest.json").write_text("{"), "manifest.json: not readable"),
        (lambda f: (f / "manifest.json").write_text("{}"), "manifest.json: run_id: Field required"),
        (lambda f: f.rename(f.with_name("mine")), "not a run: the folder's name"),
        (lambda f: f.rename(f.with_name("mine.r1")), "unlike the folder's name"),
        (break_schema, "schema version 99, newer than 1; update DeepBench"),
        (break_column, "column verdict is int64, not string"),
        (break_owner, "holds rows of another run (run-1)"),
    ],
)
def test_a_broken_publication_is_named_and_skipped(results: Path, damage: Any, reason: str) -> None:
    publish(results)
    damage(publish(results, "broken"))
    (results / "notes.txt").write_text("mine")
    (results / "README.md").write_text("what this folder is")
    store = Store(results)
    assert store.rows("select distinct run_id from results") == [{"run_id": "run-1"}]
    reasons = [str(s) for s in store.skipped]
    assert len(reasons) == 2
    assert any(reason in r for r in reasons), reasons
    assert all("\n" not in r for r in reasons)


def test_a_folder_that_was_still_being_copied_appears_when_it_is_whole(results: Path, tmp_path: Path) -> None:
    whole = publish(tmp_path / "elsewhere")
    content = (whole / "texts.parquet").read_bytes()
    shutil.copytree(whole, results / whole.name)
    (results / whole.name / "texts.parquet").write_bytes(content[:50])
    store = Store(results)
    assert len(store.skipped) == 1
    with (results / whole.name / "texts.parquet").open("r+b") as file:  # leaves the folder's own mtime alone
        file.write(content)
    assert store.skipped == ()
    assert len(store.rows("select * from texts")) == 2


def test_broken_problems_and_doubled_ones_are_named(tmp_path: Path) -> None:
    one, two = tmp_path / "one" / "deepbench", tmp_path / "two" / "deepbench"
    for suite in (one, two):
        shutil.copytree(SHIPPED / "focal-loss", suite / "focal-loss")
    (one / "broken").mkdir()
    (one / "broken" / "problem.toml").write_text("id = 1")
    store = Store(tmp_path, [one, two, tmp_path / "three"])
    reasons = " | ".join(str(s) for s in store.skipped)
    assert "already read from" in reasons
    assert "broken: prompt.py: missing" in reasons
    assert "three: no such folder" in reasons
    assert len(store.rows("select * from problems")) == 1


def test_rows_out_of_order_or_twice_are_refused_and_leave_nothing(results: Path) -> None:
    rows = some_rows()
    for wrong in (rows[::-1], [rows[0], rows[0]]):
        with pytest.raises(StoreError, match="twice or out of order"):
            write_publication(results, a_manifest(), wrong)
    assert list(results.iterdir()) == []


def test_publishing_where_one_can_not_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't publish run-1: Not a directory"):
        publish(tmp_path / "file" / "results")


def test_large_texts_are_split_into_small_row_groups(results: Path) -> None:
    folder = publish(results, problems=[f"p{i:05}" for i in range(5000)])
    metadata = pq.ParquetFile(folder / "texts.parquet").metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [2048, 2048, 904]
    assert metadata.row_group(0).column(TEXTS.get_field_index("response")).compression == "ZSTD"


def test_publication_round_trip(results: Path) -> None:
    folder = publish(results, manifest={"executor": {"name": "local"}})
    read = read_publication(folder)
    assert isinstance(read, Publication)
    assert read.manifest.executor == {"name": "local"}
    assert read.columns["samples.parquet"] == frozenset(SAMPLES.names)


def test_readers_never_fail_while_runs_are_published(results: Path) -> None:
    publish(results, manifest={"status": "partial"})
    store, errors, counts = Store(results), [], set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                counts.update(row["n"] for row in store.rows("select count(*) as n from results group by run_id"))
                store.query("select verdict, count(*) as n from results group by all")
                store.texts("run-1", "a", 0)
            except Exception as error:  # whatever it is, it is the finding
                errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(15):
        time.sleep(0.05)  # far more often than any run resumes
        publish(results, manifest={"status": "partial"})
        publish(results, "run-2", verdict="failed")
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert counts == {2}


def a_diagnosis(category: str | None = "wrong-logic", problem_id: str = "a") -> dict[str, Any]:
    return {"run_id": "run-1", "problem_id": problem_id, "sample": 0, "category": category, "version": 1}


def test_the_newest_diagnoses_of_the_latest_revision_are_shown(results: Path) -> None:
    folder, store = publish(results), Store(results)
    assert store.rows("select * from diagnoses") == []
    for category in ("wrong-constant", None, "wrong-logic"):
        write_diagnoses(folder, [a_diagnosis(category)])
        assert [row["category"] for row in store.rows("select * from diagnoses")] == [category]
    assert sorted(p.name for p in folder.glob("*diagnoses*")) == ["diagnoses.2.parquet", "diagnoses.3.parquet"]
    publish(results)
    assert store.rows("select * from diagnoses") == []  # of verdicts that no longer count


def test_diagnoses_that_cannot_be_read_hide_no_result(results: Path) -> None:
    folder = publish(results)
    write_diagnoses(folder, [a_diagnosis()])
    (folder / "diagnoses.2.parquet").write_bytes(b"not Parquet")
    store = Store(results)
    assert len(store.rows("select * from results")) == 2
    assert [row["category"] for row in store.rows("select * from diagnoses")] == ["wrong-logic"]


def test_keeping_diagnoses_where_one_can_not_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't keep diagnoses: No such file"):
        write_diagnoses(tmp_path / "missing", [])
