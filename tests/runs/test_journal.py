"""The journal: what it survives, and what it says when it doesn't."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from deepbench_core.errors import RunError
from deepbench_core.runs import RunSpec, create, list_runs, progress
from deepbench_core.runs.journal import FILE, Answer, Journal, Judged, is_held, run_folder
from deepbench_core.runs.watch import broken_runs

Make = Callable[..., RunSpec]


@pytest.fixture
def run_id(spec: Make) -> str:
    return create(spec())


def test_what_is_written_is_read_by_others_at_once(run_id: str) -> None:
    with closing(Journal.open(run_id)) as journal:
        journal.add_answer(Answer("problem-001", 0, response="half \ud83d and \x00", latency=0.5, cut=True))
        journal.add_judged(Judged("problem-001", 0, "failed", code="x = '\udc80'", columns={"flags": ["a"]}))
        with closing(Journal.open(run_id, read_only=True)) as other:
            answer, judged = next(other.samples())
    assert answer is not None
    assert answer.response == "half � and \x00"
    assert answer.cut
    assert judged.code == "x = '�'"
    assert judged.columns == {"flags": ["a"]}


def test_a_sample_is_never_replaced(run_id: str) -> None:
    with closing(Journal.open(run_id)) as journal:
        journal.add_answer(Answer("problem-001", 0, response="one"))
        with pytest.raises(RunError, match="UNIQUE"):
            journal.add_answer(Answer("problem-001", 0, response="two"))
        journal.add_judged(Judged("problem-001", 0, "failed"))
        with pytest.raises(RunError, match="UNIQUE"):
            journal.add_judged(Judged("problem-001", 0, "passed"))
        assert journal.answer(("problem-001", 0)).response == "one"


def test_faults_are_forgotten_and_answers_are_not(run_id: str) -> None:
    with closing(Journal.open(run_id)) as journal:
        journal.add_answer(Answer("problem-001", 0, response="one"))
        for sample, verdict in enumerate(("harness", "provider", "failed")):
            journal.add_judged(Judged("problem-001", sample, verdict, code_hash="h"))
        assert journal.forget_faults() == 2
        assert journal.judged() == {("problem-001", 2)}
        assert journal.answered() == {("problem-001", 0)}
        assert len(list(journal.samples())) == 1
        journal.add_judged(Judged("problem-001", 0, "passed"))


def test_a_torn_file_is_named(run_id: str) -> None:
    path = run_folder(run_id) / FILE
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    for _ in range(2):
        with pytest.raises(RunError, match=r"journal.sqlite: torn or damaged") as caught:
            Journal.open(run_id)
        assert "\n" not in str(caught.value)
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(RunError, match="torn or damaged"):
        progress(run_id)
    assert list_runs() == []
    assert list(broken_runs()) == [run_id]


def test_a_newer_journal_is_refused(run_id: str) -> None:
    with closing(Journal.open(run_id)) as journal:
        journal.keep(version=99)
    with pytest.raises(RunError, match="newer DeepBench"):
        Journal.open(run_id)


@pytest.mark.parametrize("name", ["nowhere", "", "../x", "/etc"])
def test_an_unknown_run_is_one_line(name: str) -> None:
    with pytest.raises(RunError, match="no run"):
        Journal.open(name)


def test_a_full_disk_is_one_line_and_loses_nothing_finished(run_id: str) -> None:
    # SQLite's own page limit raises the same error as a full disk does, at the same places.
    with closing(Journal.open(run_id)) as journal:
        journal.add_answer(Answer("problem-001", 0, response="kept"))
        pages = journal.rows("pragma page_count")[0]["page_count"]
        journal.rows(f"pragma max_page_count = {pages + 2}")
        with pytest.raises(RunError, match=r"the disk is full.*deepbench resume") as caught:
            journal.add_answer(Answer("problem-001", 1, response="x" * 1_000_000))
        assert "\n" not in str(caught.value)
    with closing(Journal.open(run_id)) as journal:
        assert journal.answered() == {("problem-001", 0)}


def test_a_file_that_may_not_grow_is_one_line(run_id: str) -> None:
    program = f"""
        import resource, signal
        from deepbench_core.runs.journal import Answer, Journal
        journal = Journal.open({run_id!r})
        journal.add_answer(Answer("problem-001", 0, response="kept"))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        try:
            journal.add_answer(Answer("problem-001", 1, response="x" * 1_000_000))
        except Exception as error:
            print(type(error).__name__, error)
    """
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("RunError the disk ")
    assert len(done.stdout.splitlines()) == 1
    with closing(Journal.open(run_id)) as journal:
        assert journal.answered() == {("problem-001", 0)}


def test_the_lock_ends_with_the_process_that_holds_it(run_id: str) -> None:
    program = f"""
        import os, signal
        from deepbench_core.runs.journal import Journal
        with Journal.open({run_id!r}).held():
            print("held", flush=True)
            input()
            os.kill(os.getpid(), signal.SIGKILL)
    """
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert is_held(run_folder(run_id))
    holder.communicate("\n")
    assert not is_held(run_folder(run_id))


def test_no_secret_gets_into_the_journal(spec: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-indeed")
    run_id = create(spec())
    content = b"".join(p.read_bytes() for p in run_folder(run_id).iterdir())
    assert b"very-secret" not in content


def test_a_journal_is_plain_sqlite(run_id: str) -> None:
    with closing(sqlite3.connect(run_folder(run_id) / FILE)) as db:
        assert db.execute("select count(*) from problems").fetchone() == (6,)
        assert db.execute("pragma journal_mode").fetchone() == ("wal",)


def test_runs_are_listed_newest_first(spec: Make, own_home: Path) -> None:
    for name in ("one", "two"):
        create(spec(run_id=name))
    (own_home / "runs" / "empty").mkdir()
    assert [p.run_id for p in list_runs()] == ["two", "one"]
