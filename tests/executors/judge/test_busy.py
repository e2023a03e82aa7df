"""A busy machine doesn't turn right into wrong: time in which a sample could have run and didn't is not counted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from judge_server import Server

pytestmark = pytest.mark.skipif(not Path("/proc/self/schedstat").is_file(), reason="the kernel does not tell waiting")

CODE = """
import time


def work(seconds):
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass
    return seconds


def rest(seconds):
    time.sleep(seconds)
    return seconds
"""
WORK = "from solution import work\n\n\ndef test_work():\n    assert work(0.8) == 0.8\n"
ENDLESS = "from solution import work\n\n\ndef test_work():\n    assert work(60) == 60\n"
REST = "from solution import rest\n\n\ndef test_rest():\n    assert rest(60) == 60\n"
LIMIT, MOST = 1.5, 6.0


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Server]:
    """A server that shares one core with four busy loops."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        server = Server(Path(sys.executable), tmp_path, preload=[])
        loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)]
    finally:
        os.sched_setaffinity(0, cores)
    yield server
    for loop in loops:
        loop.kill()
        loop.wait()
    server.close()


def test_a_sample_on_a_crowded_core_has_its_time_all_the_same(crowded: Server) -> None:
    verdict = crowded.judge(CODE, WORK, ["work"], seconds=LIMIT, most_seconds=MOST)
    assert verdict["verdict"] == "passed", verdict["message"]
    assert verdict["evidence"]["waited_seconds"] > 0.5


def test_waiting_has_an_end(crowded: Server) -> None:
    started = time.monotonic()
    verdict = crowded.judge(CODE, ENDLESS, ["work"], seconds=LIMIT, most_seconds=MOST)
    assert (verdict["verdict"], verdict["limit"]) == ("timeout", f"seconds={LIMIT}")
    assert "in which the machine was busy" in verdict["message"]
    assert time.monotonic() - started < 3 * MOST


def test_code_that_sleeps_has_not_waited_for_the_machine(crowded: Server) -> None:
    verdict = crowded.judge(CODE, REST, ["rest"], seconds=LIMIT, most_seconds=MOST)
    assert verdict["verdict"] == "timeout"
    assert verdict["evidence"].get("waited_seconds", 0) < LIMIT
