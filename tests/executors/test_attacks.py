"""The attack suite: well-formed, with teeth, and held by both boxes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deepbench_core.errors import UserError
from deepbench_core.executors.attacks import (
    KINDS,
    AttackReport,
    AttackResult,
    Program,
    attack,
    read_programs,
    read_styles,
    select,
)
from deepbench_core.executors.attacks.host import Host, leftovers
from deepbench_core.taxonomy import Verdict

PROGRAMS = read_programs()
FACTS = dict.fromkeys(
    ("abstract", "canary", "home_file", "marker", "readable", "unix", "victim", "writable"), "/x"
) | dict.fromkeys(("ipc_key", "tcp4", "tcp6", "udp"), "1")


def test_there_are_enough_programs_of_every_kind():
    counts = {kind: sum(program.kind == kind for program in PROGRAMS) for kind in KINDS}
    assert len(PROGRAMS) >= 200
    assert all(count >= 30 for count in counts.values()), counts


def test_slugs_are_unique_words():
    slugs = [program.slug for program in PROGRAMS]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


def test_each_program_parses_in_each_of_its_styles():
    for program in PROGRAMS:
        for name in program.styles:
            for code in program.codes(read_styles()[name], FACTS):
                ast.parse(code, program.slug)
                assert re.search(r"^(def|class) solve\b|^solve =", code, re.MULTILINE), program.slug
        assert not program.tries.endswith("."), program.slug


@pytest.mark.parametrize("kind", ["integrity", "availability"])
def test_no_program_of_these_kinds_waits_longer_than_it_says(kind):
    assert all(program.seconds <= 20 for program in PROGRAMS if program.kind == kind)


def test_an_attack_on_integrity_never_accepts_a_pass():
    assert not [p.slug for p in PROGRAMS if p.kind == "integrity" and Verdict.PASSED in p.accepts]
    assert not [p.slug for p in PROGRAMS if Verdict.HARNESS in p.accepts]


def test_what_floods_or_kills_needs_a_box():
    dangerous = re.compile(r"os\.fork\(|os\.kill\((?!os\.getpid)|memfd|bytearray|\"mount\"|\"reboot\"|4 << 30")
    loose = [
        program.slug
        for program in PROGRAMS
        if program.kind != "honest" and "box" not in program.needs and dangerous.search(program.body)
    ]
    assert loose == ["kills-a-host-process"] or not loose


def test_selecting_takes_slugs_and_kinds_and_names_what_is_unknown():
    assert [program.slug for program in select(["tcp", "always-equal"])] == ["tcp", "always-equal"]
    assert {program.kind for program in select(["honest"])} == {"honest"}
    with pytest.raises(UserError, match="no-such-attack"):
        select(["no-such-attack"])


def test_a_report_fails_by_one_no_and_names_it():
    good = AttackResult("a", "honest", "print", {"equality": "passed"}, True, True, True, True)
    bad = AttackResult("b", "integrity", "lie", {"torch": "passed"}, False, True, True, True, ("torch: passed",))
    away = AttackResult("c", "availability", "flood", skipped="dangerous")
    assert AttackReport("docker", (good, away)).ok
    report = AttackReport("docker", (good, bad, away))
    assert not report.ok
    assert report.failures() == [bad]
    assert "FAILED integrity/b (lie): torch: passed" in report.summary()
    assert "skipped: c" in report.summary()
    assert report.rows()[1]["judged right"] == "NO"
    assert not AttackReport("docker", (good,), ("after closing: a file",)).ok


def test_the_host_notices_what_happens_to_its_canaries(own_home):
    with Host() as host:
        assert host.breaches() == []
        Path(host.facts["writable"]).write_text("changed")
        Path(host.facts["home_file"] + ".new").write_text("new")
        code = f"import socket; socket.create_connection(('127.0.0.1', {host.facts['tcp4']})).recv(1)"
        subprocess.run([sys.executable, "-c", code], check=True)
        host._victim.kill()
        host._victim.wait()
        found = "; ".join(host.breaches())
        Path(host.facts["home_file"] + ".new").unlink()
        assert all(word in found for word in ("writable", "tcp4", "home folder", "ended")), found
        assert host.breaches() == []
    assert not Path(host.facts["readable"]).exists()


def test_leftovers_are_found_by_their_mark(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dbxfeed.txt").touch()
    process = subprocess.Popen(["sleep", "30"], env={"DEEPBENCH_ATTACK": "dbxfeed"})
    try:
        found = leftovers("dbxfeed")
        assert any("dbxfeed.txt" in thing for thing in found)
        if sys.platform == "linux":
            assert f"process {process.pid}" in found
    finally:
        process.kill()
        process.wait()


LIVE = ("host-file", "host-write", "home", "environment", "tcp", "udp", "unix-path", "unix-abstract", "netlink")


@pytest.mark.skipif(sys.platform != "linux", reason="the programs are written for Linux")
@pytest.mark.parametrize("slug", LIVE)
def test_without_a_box_these_programs_do_get_out(slug, own_home, tmp_path):
    """A probe that can't succeed proves nothing when it fails."""
    (program,) = select([slug])
    with Host() as host:
        (code,) = program.codes(read_styles()["equality"], host.facts_for("dbxnobox"))
        done = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True, cwd=tmp_path)
        Path(host.facts["home_file"] + ".new").unlink(missing_ok=True)
        assert "breach: " in done.stderr or host.breaches(), done.stderr


TRICKS = [
    "os-exit-at-import",
    "pytest-exit",
    "pytest-skip",
    "unittest-skip",
    "exits-from-thread",
    "becomes-another-program",
    "always-equal-list",
    "always-equal-int",
    "always-close-float",
    "patches-pytest-runner",
    "registers-plugin",
]


@pytest.mark.slow
@pytest.mark.bwrap
def test_tricks_work_on_a_judge_in_the_codes_own_process(tmp_path, own_home):
    """What the split is for: tests and code in one process, judged by pytest's exit code."""
    with ThreadPoolExecutor(2) as pool, Host() as host:
        fooled = list(pool.map(lambda program: _fools_a_naive_judge(program, tmp_path, host), select(TRICKS)))
    assert {program.slug for program, passed in zip(select(TRICKS), fooled, strict=True) if passed} == set(TRICKS)


def _fools_a_naive_judge(program: Program, tmp_path: Path, host: Host) -> bool:
    style = read_styles()[program.styles[0]]
    folder = tmp_path / program.slug
    folder.mkdir()
    (folder / "test_solution.py").write_text(style.tests)
    (folder / "solution.py").write_text(program.codes(style, host.facts_for("dbxnaive"))[0])
    box = ["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    box += ["--tmpfs", "/tmp", "--bind", str(folder), "/tmp/judge", "--chdir", "/tmp/judge"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    try:
        return subprocess.run([*box, *command], capture_output=True, timeout=20, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@pytest.mark.slow
@pytest.mark.bwrap
@pytest.mark.timeout(600)
def test_the_local_box_holds(built_home):
    report = attack("local", lanes=2)
    assert report.ok, report.summary()


@pytest.mark.slow
@pytest.mark.docker
@pytest.mark.timeout(600)
def test_the_docker_box_holds(built_home):
    report = attack("docker", lanes=2)
    assert report.ok, report.summary()
