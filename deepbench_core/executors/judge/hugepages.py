"""A heap in huge pages: a fork copies, and an exit gives back, a fraction of the page table.

With large libraries imported, forks and exits are most of what a small sample costs; this makes them some three times
as quick (`benchmarks/executor.py` shows the whole).
"""

from __future__ import annotations

import ctypes
import errno
from pathlib import Path

SIZE = 2 << 20
_COLLAPSE = 25  # MADV_COLLAPSE of Linux 6.1; where the kernel refuses it, everything stays as it was


def collapse() -> int:
    """Put this process's anonymous memory into huge pages; returns how many there are now."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    done = 0
    for row in Path("/proc/self/maps").read_text().splitlines():
        span, rights, _, _, _, *name = row.split(maxsplit=5)
        if rights != "rw-p" or name not in ([], ["[heap]"]):
            continue
        start, end = (int(address, 16) for address in span.split("-"))
        for at in range(-(-start // SIZE) * SIZE, end - SIZE + 1, SIZE):
            if libc.madvise(at, SIZE, _COLLAPSE) == 0:
                done += 1
            elif ctypes.get_errno() == errno.EINVAL:
                break
    return done
