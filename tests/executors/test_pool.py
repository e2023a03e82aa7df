"""The host's side of judging, in every kind of box."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_boxes import CONFINED, KINDS, TOY, job, write_environment

from deepbench_core import engine
from deepbench_core.errors import ExecutorError, UserError
from deepbench_core.executors import docker, local, open_executor
from deepbench_core.executors.box import Limits
from deepbench_core.executors.pool import Pool
from deepbench_core.taxonomy import Verdict

OpenPool = Callable[..., Pool]


def folders() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"deepbench-box-{os.getpid()}-*"))


def own_containers() -> list[str]:
    client = engine.connect()
    try:
        found = client.containers(all=True, filters={"label": [f"{docker.OWNER}={docker.owner_label()}"]})
        return [c["Id"] for c in found]
    finally:
        client.close()


@pytest.mark.parametrize("kind", KINDS)
def test_one_warm_box_serves_many_samples(open_pool: OpenPool, kind: str) -> None:
    pool = open_pool(kind)
    judged = [pool.submit(job("ok")).result(60) for _ in range(5)]
    assert {j.verdict for j in judged} == {Verdict.PASSED}
    assert [j.evidence["served"] for j in judged] == [1, 2, 3, 4, 5]
    assert judged[-1].total_seconds < 0.5
    assert judged[0].key == "k"


def test_what_a_judge_made_of_tests_stays_in_its_box_once_that_has_seen_foreign_code(open_pool: OpenPool) -> None:
    pool = open_pool("plain")
    made = pool.submit(job("ok", trusted=True)).result(60).compiled
    assert made
    foreign = pool.submit(job("ok")).result(60)
    assert (foreign.evidence["compiled"], foreign.compiled) == (made, "")
    assert pool.submit(job("ok", trusted=True)).result(60).compiled == ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("die 3", Verdict.CRASHED),
        ("hang", Verdict.TIMEOUT),
        ("garbage", Verdict.TAMPERED),
        ("huge", Verdict.TAMPERED),
        ("other", Verdict.TAMPERED),
        ("forge", Verdict.TAMPERED),
    ],
)
def test_lost_boxes_get_the_verdict_that_says_so_and_harm_nobody(
    open_pool: OpenPool, kind: str, code: str, verdict: Verdict
) -> None:
    pool = open_pool(kind)
    judged = pool.submit(job(code, seconds=0.3)).result(60)
    assert judged.verdict is verdict
    assert judged.evidence["boxes_lost"] == 2
    if verdict is Verdict.TIMEOUT:
        assert judged.limit == "seconds=0.3"
    if verdict is Verdict.CRASHED:
        assert judged.evidence["exit_code"] == 3
        assert "dying as told" in judged.evidence["box"]
    assert pool.submit(job("ok")).result(60).verdict is Verdict.PASSED


@pytest.mark.parametrize("kind", KINDS)
def test_box_that_is_not_clean_is_replaced_after_its_verdict(open_pool: OpenPool, kind: str) -> None:
    pool = open_pool(kind)
    assert pool.submit(job("dirty")).result(60).verdict is Verdict.PASSED
    assert pool.submit(job("ok")).result(60).evidence["served"] == 1
    assert pool.boxes_started == 2


@pytest.mark.parametrize("kind", KINDS)
def test_frames_of_any_size_travel_and_stderr_never_blocks(open_pool: OpenPool, kind: str) -> None:
    pool = open_pool(kind)
    large = pool.submit(job("large " + "x" * 5_000_000, seconds=20)).result(60)
    assert len(large.evidence["large"]) == 20_000_000
    assert pool.submit(job("flood", seconds=20)).result(60).verdict is Verdict.PASSED


@pytest.mark.parametrize("kind", CONFINED)
def test_memory_flood_is_out_of_memory_by_evidence(open_pool: OpenPool, kind: str) -> None:
    from deepbench_core.executors import cgroups

    if kind != "docker":
        group = cgroups.create(64, 64)
        if group is None:
            pytest.skip("this user may not make control groups")
        group.remove()
    pool = open_pool(kind, limits=Limits(memory_mb=64, overhead_mb=64, cpus=1.0))
    judged = pool.submit(job("eat", seconds=40, memory_mb=64)).result(90)
    assert judged.verdict is Verdict.OUT_OF_MEMORY
    assert judged.limit == "memory_mb=64"
    assert pool.submit(job("ok", memory_mb=64)).result(60).verdict is Verdict.PASSED


@pytest.mark.parametrize("kind", CONFINED)
def test_box_shows_nothing_of_the_host(open_pool: OpenPool, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "x")
    pool = open_pool(kind)

    def look(expression: str) -> object:
        judged = pool.submit(job(f"look {expression}", seconds=20)).result(60)
        assert judged.verdict is Verdict.PASSED, judged
        return judged.evidence["code"]

    def refused(path: str) -> str:
        return (
            "(lambda o: [str(e) for e in [None] if 0] or "
            f"__import__('subprocess').run(['/bin/sh', '-c', 'echo x > {path}'], capture_output=True).returncode)(0)"
        )

    assert look("__import__('os').getuid()") not in (0, os.getuid() if os.getuid() == 0 else 0)
    assert look("open('/proc/1/environ').read() if __import__('os').access('/proc/1/environ', 4) else ''") in ("",) or (
        "SECRET" not in str(look("open('/proc/1/environ').read()"))
    )
    assert "SECRET_OF_THE_HOST" not in str(look("dict(__import__('os').environ)"))
    assert str(look("[l for l in open('/proc/self/status') if l.startswith('CapEff')]")).count("0000000000000000") == 1
    assert "1" in str(look("[l for l in open('/proc/self/status') if l.startswith('NoNewPrivs')]"))
    assert look("__import__('socket').if_nameindex()[1:]") == []
    assert look("len([p for p in __import__('os').listdir('/proc') if p.isdigit()])") in (1, 2, 3)
    for path in ("/x", "/usr/x", "/opt/env/x", "/opt/deepbench/judge/x", "/dev/x", "/etc/x"):
        assert look(refused(path)) != 0, path
    assert look(refused("/tmp/x")) == 0
    assert look(refused("/dev/shm/x")) == 0
    assert str(Path.home()) == "/" or not look(f"__import__('os').path.exists({str(Path.home() / '.ssh')!r})")


@pytest.mark.parametrize("kind", CONFINED)
def test_scratch_space_is_bounded_in_bytes_and_files(open_pool: OpenPool, kind: str) -> None:
    limits = Limits(scratch_mb=8, scratch_inodes=50, shm_mb=4, cpus=1.0)
    pool = open_pool(kind, limits=limits)
    fill = "__import__('subprocess').run(['/bin/sh', '-c', {!r}], capture_output=True).returncode"
    touch = fill.format("for i in $(seq 100); do : > /tmp/$i || exit 9; done")
    assert pool.submit(job(f"look {touch}", seconds=20)).result(60).evidence["code"] != 0
    for place in ("/tmp", "/dev/shm"):
        flood = fill.format(f"head -c 100000000 /dev/zero > {place}/big")
        assert pool.submit(job(f"look {flood}", seconds=20)).result(60).evidence["code"] != 0


@pytest.mark.parametrize("kind", KINDS)
def test_harness_verdict_is_tried_once_more_in_a_fresh_box_and_then_reported(open_pool: OpenPool, kind: str) -> None:
    pool = open_pool(kind)
    judged = pool.submit(job("say harness")).result(60)
    assert judged.verdict is Verdict.HARNESS
    assert pool.boxes_started == 2


@pytest.mark.parametrize("kind", KINDS)
def test_close_leaves_nothing_and_ends_what_runs(open_pool: OpenPool, kind: str) -> None:
    pool = open_pool(kind)
    pool.submit(job("ok")).result(60)
    threads_before = len(list(Path("/proc/self/task").iterdir()))
    running, waiting = pool.submit(job("sleep 60", seconds=90)), pool.submit(job("ok"))
    time.sleep(0.3)
    started = time.monotonic()
    pool.close()
    assert time.monotonic() - started < 5
    assert running.result(0).verdict is Verdict.HARNESS
    assert waiting.cancelled()
    assert folders() == []
    # A thread that was waited for leaves the kernel's list a moment later.
    while len(list(Path("/proc/self/task").iterdir())) >= threads_before and time.monotonic() - started < 10:
        time.sleep(0.01)
    assert len(list(Path("/proc/self/task").iterdir())) < threads_before
    if kind == "docker":
        assert own_containers() == []
    with pytest.raises(ExecutorError, match="closed"):
        pool.submit(job("ok"))
    pool.close()


@pytest.mark.parametrize("kind", ["plain", pytest.param("bwrap", marks=pytest.mark.bwrap)])
def test_boxes_are_recycled_with_a_warm_successor_and_descriptors_do_not_grow(open_pool: OpenPool, kind: str) -> None:
    pool = open_pool(kind, recycle_after=40)
    pool.submit(job("ok")).result(60)
    before = len(list(Path("/proc/self/fd").iterdir()))
    served = [pool.submit(job("ok")).result(60).evidence["served"] for _ in range(400)]
    assert max(served) == 40
    # Two boxes' descriptors at most: the one in use and its successor.
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 4
    assert len(folders()) <= 2


def test_a_job_that_comes_just_as_a_slot_turns_idle_is_not_lost(open_pool: OpenPool) -> None:
    pool = open_pool("plain", workers=1)
    real = pool._next

    def slow(slot: Any) -> Any:
        task = real(slot)
        time.sleep(0.2)  # idle already, and its thread not yet back
        return task

    pool._next = slow  # type: ignore[method-assign]
    for _ in range(3):
        while not pool._idle:
            time.sleep(0.001)
        assert pool.submit(job("ok")).result(20).verdict is Verdict.PASSED


def test_samples_run_side_by_side(open_pool: OpenPool) -> None:
    pool = open_pool("plain", workers=2)
    for future in [pool.submit(job("ok")) for _ in range(4)]:
        future.result(60)
    started = time.monotonic()
    for future in [pool.submit(job("sleep 0.5", seconds=5)) for _ in range(4)]:
        assert future.result(60).verdict is Verdict.PASSED
    assert time.monotonic() - started < 1.8


def test_job_with_more_memory_gets_a_larger_box(open_pool: OpenPool) -> None:
    pool = open_pool("plain")
    pool.submit(job("ok")).result(60)
    assert pool.submit(job("ok", memory_mb=2048)).result(60).evidence["served"] == 1
    assert pool.submit(job("ok", memory_mb=64)).result(60).evidence["served"] == 2


def test_libraries_aside_are_imported_where_a_sample_names_them(open_pool: OpenPool, tiny: Path) -> None:
    definition = write_environment(tiny / "definitions", "wide") / "environment.toml"
    definition.write_text(definition.read_text() + '[aside]\nheavy = ["heavy", "heavy.more"]\n')
    with open_pool("plain") as pool:
        jobs = [job(word, environment="wide") for word in ("fine", "fine heavy", "fine", "fine heavy")]
        found = [pool.submit(one).result().evidence["preload"] for one in jobs]
        assert found == [[], ["heavy", "heavy.more"]] * 2
        assert pool.boxes_started == 2


def test_box_that_does_not_come_up_is_the_harness_failing_twice(open_pool: OpenPool) -> None:
    pool = open_pool("plain")

    def broken(*_: object) -> object:
        raise ExecutorError("no more boxes today")

    pool._make_box = broken  # type: ignore[assignment]
    judged = pool.submit(job("ok")).result(60)
    assert judged.verdict is Verdict.HARNESS
    assert judged.message == "no more boxes today"


def test_unknown_environment_is_the_callers_mistake(open_pool: OpenPool) -> None:
    with pytest.raises(UserError, match="no environment 'nope'; there is tiny"):
        open_pool("plain").submit(job("ok", environment="nope")).result(60)


def test_unknown_executor_and_bad_workers_are_one_line() -> None:
    with pytest.raises(UserError, match="no executor 'podman'; there is auto, docker, local"):
        open_executor("podman")
    with pytest.raises(UserError, match="workers"):
        open_executor("local", workers=0)


def test_engine_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    with pytest.raises(ExecutorError, match="no Docker Engine answers") as caught:
        open_executor("docker")
    assert "\n" not in str(caught.value)


def test_without_any_sandbox_it_asks_for_unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_try_mode", lambda mode: f"{mode}: refused")
    with pytest.raises(ExecutorError, match=r"bwrap: refused; namespaces: refused.*--unsafe"):
        open_executor("local")
    with open_executor("local", workers=1, unsafe=True) as executor:
        assert executor.describe()["sandbox"] == "none"


def test_opening_imports_no_docker_module() -> None:
    program = "import sys, deepbench_core.executors, deepbench_core.doctor; sys.exit('docker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


_OWNER = """
import signal, sys, time, json, os
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born deaf to it
from functools import partial
from pathlib import Path
from deepbench_core import paths
from deepbench_core.executors import docker, local
from deepbench_core.executors.pool import Pool
from toy_boxes import job
kind, definitions, toy = sys.argv[1:]
paths.environments_dir = lambda: Path(definitions)
local.JUDGE = docker.JUDGE = Path(toy)
docker.judge_hash = lambda: "toy"
box = docker.DockerBox if kind == "docker" else partial(local.LocalBox, mode=kind)
with Pool(kind, box, kind="image" if kind == "docker" else "venv", workers=2, sandbox={}) as pool:
    first = [pool.submit(job("sleep 0.5", seconds=5)) for _ in range(2)]
    [f.result(60) for f in first]
    print(json.dumps([os.getpid(), docker.owner_label()]), flush=True)
    pool.submit(job("sleep 60", seconds=90)).result()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("bwrap", marks=pytest.mark.bwrap),
        "namespaces",
        pytest.param("docker", marks=pytest.mark.docker),
    ],
)
def test_owner_that_is_killed_or_interrupted_leaves_nothing(
    open_pool: OpenPool, tiny: Path, kind: str, how: signal.Signals
) -> None:
    open_pool(kind).submit(job("ok")).result(60)  # built, or skipped
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, kind, str(tiny / "definitions"), str(TOY)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )
    assert owner.stdout is not None
    pid, label = json.loads(owner.stdout.readline())
    below = processes_below(pid)
    time.sleep(0.2)
    owner.send_signal(how)
    owner.wait(30)
    owner.stdout.close()
    until(lambda: not [p for p in below if Path(f"/proc/{p}").exists()])
    if kind != "docker":
        local.sweep()
        assert not list(Path(tempfile.gettempdir()).glob(f"deepbench-box-{pid}-*"))
        assert not list(Path("/sys/fs/cgroup").glob(f"*/deepbench-{pid}-*"))
        return

    def left() -> list[object]:
        docker.sweep()
        with contextlib.closing(engine.connect()) as client:
            return list(client.containers(all=True, filters={"label": [f"{docker.OWNER}={label}"]}))

    until(lambda: not left())


def processes_below(root: int) -> list[int]:
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                children = [int(p) for p in task.read_text().split()]
                found += children
                queue += children
    return found


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "still there"
        time.sleep(0.05)
