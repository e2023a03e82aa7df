"""Heap and libraries' code in huge pages: a fork copies, and an exit gives back, a fraction of the page table.

With large libraries imported, forks, page faults and exits are most of what a small sample costs; this makes them
several times as quick (`benchmarks/executor.py` shows the whole). Where the kernel refuses, everything stays as it was.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

SIZE = 2 << 20
_COLLAPSE = 25  # MADV_COLLAPSE, of Linux 6.1
_MOVE_THERE = 3  # MREMAP_MAYMOVE | MREMAP_FIXED
_USED = 64  # pages of a block of code; with fewer, a block of its own isn't worth its memory
_RIGHTS = {"r-xp": mmap.PROT_READ | mmap.PROT_EXEC, "r--p": mmap.PROT_READ}


def collapse() -> int:
    """Put this process's anonymous memory into huge pages; returns how many there are now."""
    libc, done = _libc(), 0
    for start, end, _ in _mappings({"rw-p"}, anonymous=True):
        for at in _blocks(start, end):
            if libc.madvise(at, SIZE, _COLLAPSE) == 0:
                done += 1
            elif ctypes.get_errno() == errno.EINVAL:
                break
    return done


def used_code() -> list[int]:
    """Addresses of the blocks of libraries' code and constants that this process has used since it was forked."""
    found = []
    with Path("/proc/self/pagemap").open("rb", buffering=0) as pages:
        for start, end, _ in _mappings(set(_RIGHTS), anonymous=False):
            for at in _blocks(start, end):
                entries = memoryview(os.pread(pages.fileno(), SIZE // mmap.PAGESIZE * 8, at // mmap.PAGESIZE * 8))
                if sum(entry >> 63 for entry in entries.cast("Q")) >= _USED:
                    found.append(at)
    return found


def copy_code(blocks: Iterable[int]) -> int:
    """Put a copy in a huge page into the place of each block that `used_code` named; returns how many there are now.

    A file's pages are mapped anew by every child, a few at each fault; a huge page comes along with the fork.
    """
    wanted, libc, done = set(blocks), _libc(), 0
    for start, end, rights in _mappings(set(_RIGHTS), anonymous=False):
        for at in wanted.intersection(_blocks(start, end)):
            room: int = libc.mmap(None, 2 * SIZE, mmap.PROT_READ | mmap.PROT_WRITE, _PRIVATE, -1, 0)
            if room in (None, ctypes.c_void_p(-1).value):
                return done
            copy = -(-room // SIZE) * SIZE
            ctypes.memmove(copy, at, SIZE)
            # One call puts the copy there at once, so that even code that runs meanwhile doesn't notice.
            if (
                libc.madvise(copy, SIZE, _COLLAPSE) == 0
                and libc.mprotect(copy, SIZE, _RIGHTS[rights]) == 0
                and libc.mremap(copy, SIZE, SIZE, _MOVE_THERE, at) == at
            ):
                done += 1
            libc.munmap(room, 2 * SIZE)
    return done


_PRIVATE = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    address, size = ctypes.c_void_p, ctypes.c_size_t
    libc.madvise.argtypes = libc.mprotect.argtypes = [address, size, ctypes.c_int]
    libc.mmap.argtypes = [address, size, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    libc.mremap.argtypes = [address, size, size, ctypes.c_int, address]
    libc.mmap.restype = libc.mremap.restype = address
    libc.munmap.argtypes = [address, size]
    return libc


def _mappings(rights: set[str], *, anonymous: bool) -> Iterator[tuple[int, int, str]]:
    """(start, end, rights) of this process's mappings."""
    for row in Path("/proc/self/maps").read_text().splitlines():
        span, has, _, _, _, *name = row.split(maxsplit=5)
        if has in rights and (name in ([], ["[heap]"]) if anonymous else name and name[0].startswith("/")):
            start, end = (int(address, 16) for address in span.split("-"))
            yield start, end, has


def _blocks(start: int, end: int) -> range:
    """The whole huge pages between two addresses."""
    return range(-(-start // SIZE) * SIZE, end - SIZE + 1, SIZE)
