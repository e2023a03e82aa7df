"""The parts of the inner box and of the cleaning that can be tried by themselves, in a child process."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from deepbench_core.executors.judge import cleanup

PRELUDE = """
import ctypes, errno, fcntl, os, resource, signal, sys
from deepbench_core.executors.judge import box

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long

def refused(*arguments):
    result = libc.syscall(*arguments)
    return result < 0 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)

child = os.fork()
if child == 0:
    signal.pause()
box.quietly(box.PR_SET_NO_NEW_PRIVS, 1)
"""
needs_machine = pytest.mark.skipif(os.uname().machine != "x86_64", reason="call numbers of x86_64")


def in_filter(body: str, **options: object) -> None:
    given = ", ".join(f"{key}={value!r}" for key, value in options.items())
    source = f"{PRELUDE}\nassert box.install_filter(box.filter_program((os.getppid(),), {given}))\n"
    source += textwrap.dedent(body) + "\nos.kill(child, signal.SIGKILL)\nprint('held')\n"
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=30, check=False)
    assert run.stdout == "held\n", run.stderr


@needs_machine
def test_limits_of_another_process_can_be_read_but_not_set() -> None:
    in_filter("""
    limits = (ctypes.c_ulong * 2)(1, 1)
    for pid in (os.getppid(), child, 1):
        assert refused(302, pid, 0, limits, None)
    assert libc.syscall(302, child, 0, None, limits) == 0
    resource.setrlimit(resource.RLIMIT_CPU, (900, 900))
    """)


@needs_machine
def test_signals_find_no_way_around_the_filter() -> None:
    in_filter("""
    folder = os.open(f"/proc/{child}", os.O_RDONLY | os.O_DIRECTORY)
    assert refused(424, folder, 0, None, 0)
    reader, _ = os.pipe()
    for command in (8, 10, 15):  # F_SETOWN, F_SETSIG, F_SETOWN_EX
        assert refused(72, reader, command, child)
    for command in (0x8901, 0x8902):  # FIOSETOWN, SIOCSPGRP
        assert refused(16, reader, command, ctypes.byref(ctypes.c_int(child)))
    assert fcntl.fcntl(reader, fcntl.F_GETFD) >= 0
    os.set_blocking(reader, False)
    """)


@needs_machine
@pytest.mark.parametrize("counted", [True, False])
def test_memory_files_are_refused_where_nobody_counts_them(counted: bool) -> None:
    in_filter(
        f"""
    try:
        os.close(os.memfd_create("x"))
        made = True
    except OSError:
        made = False
    assert made is {counted}
    """,
        memory_files=counted,
    )


def test_trees_that_are_deep_and_closed_are_removed(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    source = """
    import os, sys
    os.chdir(sys.argv[1])
    os.mkdir("deep")
    os.chdir("deep")
    for depth in range(3000):
        os.mkdir("d" * 100)
        open("f", "w").close()
        os.chdir("d" * 100)
    os.chdir(sys.argv[1])
    os.makedirs("closed/one/two")
    for name in ("closed/one/two", "closed/one", "closed"):
        os.chmod(name, 0)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(source), str(scratch)], check=True, timeout=60)
    assert cleanup.empty_folder(scratch) == 0
    assert list(scratch.iterdir()) == []


def test_a_name_with_a_link_in_it_leads_nowhere(tmp_path: Path) -> None:
    scratch, other = tmp_path / "scratch", tmp_path / "other"
    scratch.mkdir()
    other.mkdir()
    (other / "kept").touch()
    (scratch / "in").mkdir()
    (scratch / "in" / "link").symlink_to(other)
    (scratch / "in" / "file").symlink_to(other / "kept")
    cleanup._remove_stubborn_tree(str(scratch / "in"))
    assert cleanup.empty_folder(scratch) == 0
    assert (other / "kept").exists()
