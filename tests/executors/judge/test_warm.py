"""What a server prepares before its first sample, so that no sample has to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from judge_server import Server

CODE = "def double(x):\n    return x * 2\n"
WRONG = "def double(x):\n    return x + 3\n"
TESTS = "from solution import double\n\n\ndef test_it():\n    assert double(2) == 4, 'wrong'\n"


def test_tests_are_compiled_once_and_by_the_same_interpreter(server: Server) -> None:
    made = server.judge(CODE, TESTS, ["double"])["compiled"]
    for code, expected in ((CODE, "passed"), (WRONG, "failed"), (CODE, "passed")):
        verdict = server.judge(code, TESTS, ["double"], compiled=made)
        assert (verdict["verdict"], "compiled" in verdict) == (expected, False)
    failed = server.judge(WRONG, TESTS, ["double"], compiled=made)["tests"][0]
    assert "assert 5 == 4" in failed["message"]
    assert "assert double(2) == 4" in failed["traceback"]
    for other in (made.replace("pytest ", "pytest 0.", 1), made[:-40], made + "x"):
        assert server.judge(CODE, TESTS, ["double"], compiled=other)["compiled"] == made
    assert server.judge(CODE, TESTS.replace("4", "5"), ["double"], compiled=made)["verdict"] == "failed"


def test_code_in_the_tests_own_process_says_nothing_of_compiled_tests(server: Server) -> None:
    forged = (
        "import gc, json, socket, struct\n"
        "for line in [o for o in gc.get_objects() if isinstance(o, socket.socket)]:\n"
        "    body = json.dumps({'type': 'compiled', 'code': 'mine'}).encode()\n"
        "    line.sendall(struct.pack('>I', len(body)) + body)\n"
    ) + CODE
    assert "compiled" not in server.judge(forged, TESTS, ["double"], integrity="in-process")


def test_libraries_code_is_shared_in_huge_pages(server: Server) -> None:
    """A copy stands in the file's place, can't be written to, and does what the file's code does."""
    zygote = int(Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()[0])
    if not _huge_pages_work():
        pytest.skip("the kernel has no huge pages for this")
    rights = {rights for rights, _, huge in _mappings(zygote) if "x" in rights and huge}
    assert rights == {"r-xp"}
    assert server.judge(CODE, TESTS, ["double"])["verdict"] == "passed"


def test_randomness_starts_afresh_in_both_processes(server: Server) -> None:
    """What the server computed to warm up leaves no trace in the streams that code and tests draw from."""
    drawing = (
        "import torch\n\n\ndef is_fresh():\n"
        "    fresh = torch.Generator().manual_seed(torch.initial_seed())\n"
        "    return torch.equal(torch.rand(3), torch.rand(3, generator=fresh))\n"
    )
    here = f"{drawing}\n\ndef test_it():\n    assert is_fresh()\n"
    there = "from solution import is_fresh\n\n\ndef test_it():\n    assert is_fresh()\n"
    for tests in (here, there):
        verdict = server.judge(drawing, tests, ["is_fresh"])
        assert verdict["verdict"] == "passed", verdict["tests"]


def _mappings(pid: int) -> list[tuple[str, str, int]]:
    """(rights, name, kilobytes in huge pages) of a process's mappings."""
    found: list[tuple[str, str, int]] = []
    rights = name = ""
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if head := re.match(r"[0-9a-f]+-[0-9a-f]+ (\S+) \S+ \S+ \S+\s*(.*)", line):
            rights, name = head[1], head[2]
        elif line.startswith("AnonHugePages:"):
            found.append((rights, name, int(line.split()[1])))
    return found


def _huge_pages_work() -> bool:
    """Whether the kernel collapses memory when it is asked to."""
    import ctypes
    import mmap

    from deepbench_core.executors.judge import hugepages

    room = mmap.mmap(-1, 2 * hugepages.SIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    start = ctypes.addressof(ctypes.c_char.from_buffer(room))
    at = -(-start // hugepages.SIZE) * hugepages.SIZE
    room[at - start : at - start + 4096] = b"x" * 4096
    return bool(hugepages._libc().madvise(at, hugepages.SIZE, hugepages._COLLAPSE) == 0)
