"""Control groups for local boxes, where this user may make them: a memory limit for all processes of a box together."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
_numbers = itertools.count()


class Cgroup:
    """One group (version 2) or one group per controller (version 1)."""

    def __init__(self, memory: Path, pids: Path) -> None:
        self.memory, self.pids = memory, pids

    @property
    def join(self) -> list[str]:
        """Files that a process writes its id to in order to join."""
        return sorted({str(folder / "cgroup.procs") for folder in (self.memory, self.pids)})

    @property
    def inside(self) -> str:
        """Where a container would show the memory group."""
        return str(ROOT / "memory" if self.memory != self.pids else ROOT)

    def oom_kills(self) -> int:
        """Processes that the kernel ended for lack of memory, so far."""
        for name in ("memory.events", "memory.oom_control"):
            with contextlib.suppress(OSError):
                for line in (self.memory / name).read_text().splitlines():
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        return 0

    def remove(self) -> None:
        """Remove the groups once their processes have ended; waits for that for two seconds at most."""
        deadline = time.monotonic() + 2
        for folder in {self.memory, self.pids}:
            while True:
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        break
                    time.sleep(0.01)
                    continue
                break


def create(memory_mb: int, pids: int) -> Cgroup | None:
    """A new group with these limits, or None where this user may not."""
    name = f"deepbench-{os.getpid()}-{next(_numbers)}"
    group = _version_1(name) or _version_2(name)
    if group is None:
        return None
    limit = str(memory_mb << 20)
    try:
        if (group.memory / "memory.max").exists():
            (group.memory / "memory.max").write_text(limit)
            _quietly(group.memory / "memory.swap.max", "0")
            (group.pids / "pids.max").write_text(str(pids))
        else:
            (group.memory / "memory.limit_in_bytes").write_text(limit)
            _quietly(group.memory / "memory.memsw.limit_in_bytes", limit)
            (group.pids / "pids.max").write_text(str(pids))
    except OSError:
        group.remove()
        return None
    return group


def sweep() -> None:
    """Remove groups of owners that are gone (killed before they could)."""
    for pattern in ("*/deepbench-*", "deepbench-*", "*/*/deepbench-*"):
        # Other runs remove groups of their own while this looks into them; what is left over waits for the next time.
        with contextlib.suppress(OSError):
            for folder in ROOT.glob(pattern):
                owner = folder.name.split("-")[1]
                if owner.isdigit() and not Path(f"/proc/{owner}").exists():
                    with contextlib.suppress(OSError):
                        folder.rmdir()


def _version_1(name: str) -> Cgroup | None:
    made: list[Path] = []
    for controller in ("memory", "pids"):
        folder = ROOT / controller / name
        try:
            if not (ROOT / controller / "cgroup.procs").exists():
                raise OSError
            folder.mkdir()
        except OSError:
            for earlier in made:
                earlier.rmdir()
            return None
        made.append(folder)
    return Cgroup(*made)


def _version_2(name: str) -> Cgroup | None:
    """Below the nearest ancestor of our own group that hands both controllers down."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        own = next(line[3:] for line in lines if line.startswith("0::"))
    except (OSError, StopIteration):
        return None
    for ancestor in [ROOT / own.lstrip("/"), *(ROOT / own.lstrip("/")).parents]:
        if ROOT not in (ancestor, *ancestor.parents):
            break
        try:
            handed_down = (ancestor / "cgroup.subtree_control").read_text().split()
            if {"memory", "pids"} <= set(handed_down):
                (ancestor / name).mkdir()
                return Cgroup(ancestor / name, ancestor / name)
        except OSError:
            continue
    return None


def _quietly(path: Path, text: str) -> None:
    with contextlib.suppress(OSError):  # swap accounting is often off
        path.write_text(text)
