"""Detached workers: progress, cancel, and kill -9 at any moment."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from deepbench_core.errors import RunError
from deepbench_core.runs import Progress, RunSpec, State, cancel, create, list_runs, progress, resume, start
from deepbench_core.runs.journal import Journal, run_folder
from deepbench_core.store import Store
from tests.fake_endpoint import FakeEndpoint, Reply

Make = Callable[..., RunSpec]

pytestmark = pytest.mark.usefixtures("fake_worker")


@pytest.fixture(autouse=True)
def plain_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask without litellm, but where a test is about it."""
    monkeypatch.setenv("FAKE_MODEL", "1")


def wait_for(run_id: str, reached: Callable[[Progress], bool], seconds: float = 120) -> Progress:
    deadline = time.monotonic() + seconds
    while not reached(found := progress(run_id)):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def ended(found: Progress) -> bool:
    return not found.state.active


def pid_of(run_id: str) -> int:
    with closing(Journal.open(run_id, read_only=True)) as journal:
        return int(journal.get("pid"))


def test_a_started_run_is_done_by_itself(spec: Make) -> None:
    run_id = start(spec(samples=2))
    assert progress(run_id).state.active
    found = wait_for(run_id, ended)
    assert (found.state, found.done, found.answered, found.total) == (State.DONE, 12, 12, 12)
    assert found.verdicts == {"passed": 12}
    assert found.published is not None
    assert found.published.is_dir()
    assert len(found.recent) == 10
    assert found.tokens == 12 * 18
    assert "12/12" in found.log
    assert not found.resumable
    assert [p.run_id for p in list_runs()] == [run_id]


def test_a_failure_is_shown_with_its_reason(
    spec: Make, endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAKE_MODEL")
    endpoint.key = "the right one"
    found = wait_for(start(spec()), ended)
    assert found.state is State.FAILED
    assert "refused the key" in found.message
    assert "Traceback" not in found.log
    assert found.resumable


def test_cancel_keeps_what_is_finished(spec: Make, endpoint: FakeEndpoint) -> None:
    endpoint.delay = 0.1
    run_id = start(spec(samples=20))
    wait_for(run_id, lambda p: p.done >= 4)
    cancel(run_id)
    found = wait_for(run_id, ended)
    assert found.state is State.CANCELLED
    assert 4 <= found.done < 120
    assert found.published is not None
    assert not found.stopping
    endpoint.delay = 0
    resume(run_id)
    assert wait_for(run_id, ended).state is State.DONE
    assert Store(spec().results_folder).manifest(run_id).status == "complete"


def test_a_run_can_be_cancelled_before_its_worker_is_up(spec: Make, endpoint: FakeEndpoint) -> None:
    run_id = start(spec())
    cancel(run_id)
    time.sleep(0.1)
    found = wait_for(run_id, lambda p: ended(p) and "cancelled" in p.log)
    assert found.state is State.CANCELLED
    assert endpoint.calls == 0


def test_a_worker_that_never_comes_up_is_lost(spec: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = create(spec())
    assert progress(run_id).state is State.QUEUED
    monkeypatch.setattr("deepbench_core.runs.watch.START_SECONDS", 0.0)
    assert progress(run_id).state is State.LOST
    assert progress(run_id).resumable


def test_a_run_that_ends_between_two_looks_is_not_lost(spec: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = create(spec())
    with closing(Journal.open(run_id)) as journal:
        journal.keep(state="running")

        def ends_now(folder: Path) -> bool:
            journal.keep(state="done", ended=1.0)
            return False

        monkeypatch.setattr("deepbench_core.runs.watch.is_held", ends_now)
        found = progress(run_id)
    assert (found.state, found.ended) == (State.DONE, 1.0)


def test_last_words_of_a_worker_that_could_not_write_are_shown(spec: Make) -> None:
    run_id = create(spec())
    with closing(Journal.open(run_id)) as journal:
        journal.keep(state="running")
    (run_folder(run_id) / "worker.log").write_text("12:00:00 1/6 a 0 passed\nfailed: the disk is full: make room\n")
    found = progress(run_id)
    assert (found.state, found.message) == (State.LOST, "the disk is full: make room")


def test_a_run_that_is_worked_on_is_not_resumed(spec: Make, endpoint: FakeEndpoint) -> None:
    endpoint.delay = 0.3
    run_id = start(spec())
    wait_for(run_id, lambda p: p.state is State.RUNNING)
    with pytest.raises(RunError, match="already being worked on"):
        resume(run_id)
    cancel(run_id)
    wait_for(run_id, ended)


def test_secrets_reach_the_worker_and_no_file(
    spec: Make, endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAKE_MODEL")
    monkeypatch.setenv("MY_KEY", "sk-very-secret-indeed")
    endpoint.key = "sk-very-secret-indeed"
    found = wait_for(start(spec(parameters={"api_key_variable": "MY_KEY"})), ended)
    assert found.state is State.DONE
    assert found.published is not None
    for folder in (run_folder(found.run_id), found.published):
        assert not any(b"very-secret" in path.read_bytes() for path in folder.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_kill_at_any_moment_loses_only_what_was_in_flight(
    spec: Make, endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch, suite: Path, seed: int
) -> None:
    """Ten kills in one run: 48 samples in the end, none twice, and no call for what was already answered."""
    monkeypatch.setenv("FAKE_JUDGE_DELAY", "0.05")
    chance = random.Random(seed)
    replied: Counter[str] = Counter()

    def answer(request: dict[str, object]) -> Reply:
        # Each answer is its own, so that every sample is judged.
        number = sum(replied.values())
        replied[str(number)] += 1
        return Reply(f"```python\n# {number}\ndef answer(x):\n    return x\n```", delay=chance.uniform(0.02, 0.15))

    endpoint.answer = answer
    concurrency = 3
    run_id = start(spec(samples=8, concurrency=concurrency))
    kills, kept_before = 0, 0
    while kills < 10:
        # Some before the first answer, the others while answers and verdicts come in.
        target = kept_before + chance.choice([0, 1, 2, 3])
        found = wait_for(run_id, lambda p, t=target: (p.state is State.RUNNING and p.answered >= t) or ended(p))  # type: ignore[misc]
        if ended(found):
            break
        time.sleep(chance.uniform(0, 0.15))
        os.kill(pid_of(run_id), signal.SIGKILL)
        kills += 1
        found = wait_for(run_id, ended)
        assert found.state in (State.LOST, State.DONE)
        if found.state is State.DONE:
            break
        with closing(Journal.open(run_id)) as journal:
            kept = len(journal.answered())
        # Lost is at most what was in flight: one call a thread.
        assert endpoint.calls - kept <= concurrency * kills
        kept_before = kept
        resume(run_id)
    found = wait_for(run_id, ended)
    assert found.state is State.DONE
    assert kills >= 6
    rows = Store(spec().results_folder).rows("select count(*) n, count(distinct (problem_id, sample)) d from results")
    assert (rows[0]["n"], rows[0]["d"]) == (48, 48)
    assert endpoint.calls - 48 <= concurrency * kills
    # No answer that was kept was asked for again: every kept one is the reply to a call of its own.
    texts = Store(spec().results_folder).rows("select count(distinct response) d from texts")
    assert texts == [{"d": 48}]
