"""Leaving nothing of a sample behind: processes, files, shared memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

STAGE = "stage"  # the one folder that outlives samples; only an empty file is in it
_INITIAL_IPC = "ipc:[4026531839]"  # fixed by the kernel for the machine's own IPC namespace


def children(pid: int) -> list[int]:
    """Direct children of a single-threaded process."""
    try:
        return [int(part) for part in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _children_of_all_threads(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.scandir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError, ValueError):
                found += [int(part) for part in Path(task.path, "children").read_text().split()]
    return found


def state(pid: int) -> tuple[str, int, int]:
    """(state letter, parent, session) of a process; ("", 0, 0) when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "", 0, 0
    fields = text[text.rindex(")") + 2 :].split()
    return fields[0], int(fields[1]), int(fields[3])


def ancestors(pid: int) -> list[int]:
    """A process, its parents, and the first of the namespace."""
    found = [1]
    while pid > 1 and len(found) < 12:
        found.append(pid)
        pid = state(pid)[1]
    return found


def descendants(root: int, spare: frozenset[int] = frozenset()) -> list[int]:
    """All living processes below `root`, which is a subreaper: nobody gets out of its tree by a double fork."""
    found, queue = [], children(root)
    while queue:
        pid = queue.pop()
        if pid in spare:
            continue
        found.append(pid)
        queue += _children_of_all_threads(pid)
    return found


def alive(pids: list[int]) -> list[int]:
    """Those that are neither gone nor zombies."""
    return [pid for pid in pids if state(pid)[0] not in ("", "Z", "X")]


def orphans(zygote: int, known: set[int]) -> int:
    """Living processes that left their session and parent: a daemon, made to go on after the sample."""
    count = 0
    for pid in children(zygote):
        letter, _, session = state(pid)
        if pid not in known and letter not in ("", "Z", "X") and session not in known:
            count += 1
    return count


def kill_all(
    zygote: int,
    reap: Callable[[], None],
    sweep: Callable[[], None] | None,
    spare: frozenset[int] = frozenset(),
    patience: float = 10.0,
) -> int:
    """End every process below the zygote but those to spare; returns how many resisted."""
    deadline = time.monotonic() + patience
    stopped: set[int] = set()
    while True:
        pids = descendants(zygote, spare)
        if len(pids) > 8 and sweep is not None:
            sweep()
        while len(pids) > 8 and time.monotonic() < deadline:  # a fork flood: what is stopped can't outrun us
            fresh = set(pids) - stopped
            if not fresh:
                break
            for pid in fresh:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGSTOP)
            stopped |= fresh
            pids = descendants(zygote, spare)
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        reap()
        left = descendants(zygote, spare)
        if not left:
            return 0
        if time.monotonic() > deadline:
            return len(left)
        if not alive(left):
            time.sleep(0.0005)
            continue
        time.sleep(0.001)


def empty_folder(folder: Path, keep: frozenset[str] = frozenset()) -> int:
    """Remove what is in a folder, whatever modes the code gave it; returns how much could not be removed."""
    left = 0
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return 0
    for entry in entries:
        if entry.name in keep:
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                _remove_tree(entry.path)
            else:
                Path(entry.path).unlink()
        except OSError:
            left += 1
    return left


def _remove_tree(path: str) -> None:
    try:
        shutil.rmtree(path)
    except (OSError, RecursionError):
        _remove_stubborn_tree(path)


def _remove_stubborn_tree(path: str) -> None:
    """Remove a tree that is deeper than a path may be long, or closed by its modes.

    Never more than one level down: a folder inside a folder is moved up to stand beside it, and is emptied in its turn.
    """
    top = f"{path}.{os.urandom(4).hex()}"  # beside it, where no name of the code's is
    os.mkdir(top, stat.S_IRWXU)  # noqa: PTH102
    os.rename(path, f"{top}/0")  # noqa: PTH104
    waiting, count, failed = [0], 0, None
    while waiting:
        folder = f"{top}/{waiting.pop()}"
        os.chmod(folder, stat.S_IRWXU)  # noqa: PTH101
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if entry.is_dir(follow_symlinks=False):
                        # What is not ours to enter is not ours to move, either: its mode first.
                        os.chmod(entry.path, stat.S_IRWXU)  # noqa: PTH101
                        count += 1
                        os.rename(entry.path, f"{top}/{count}")  # noqa: PTH104
                        waiting.append(count)
                    else:
                        os.unlink(entry.path)  # noqa: PTH108
                except OSError as error:
                    failed = error
        with contextlib.suppress(OSError):
            os.rmdir(folder)  # noqa: PTH106
    os.rmdir(top)  # noqa: PTH106
    if failed is not None:
        raise failed


def private_ipc() -> bool:
    """Whether shared memory is this box's own; elsewhere it belongs to others and is left alone."""
    try:
        return str(Path("/proc/self/ns/ipc").readlink()) != _INITIAL_IPC
    except OSError:
        return False


def remove_shared_memory() -> int:
    """Empty /dev/shm and remove System V objects, in a box with an IPC namespace of its own."""
    left = empty_folder(Path("/dev/shm")) + empty_folder(Path("/dev/mqueue"))
    libc = ctypes.CDLL(None)
    for kind, remove in (
        ("shm", lambda number: libc.shmctl(number, 0, None)),
        ("msg", lambda number: libc.msgctl(number, 0, None)),
        ("sem", lambda number: libc.semctl(number, 0, 0)),
    ):
        try:
            rows = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            left += remove(int(row.split()[1])) != 0
    return left
