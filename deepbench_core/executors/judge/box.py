"""The inner box: what a process of a sample may still do. By ctypes alone, so that no environment needs a package."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import socket
import struct
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38

# Numbers per machine: name → (x86_64, aarch64). None: the machine has no such call.
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),  # takes a folder of /proc for a process, which no filter can look into
    "kcmp": (312, 272),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "mq_open": (240, 180),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "personality": (135, 92),
    "mknodat": (259, 33),
    "mknod": (133, None),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "vhangup": (153, 58),
    "lookup_dcookie": (212, 18),
    "fanotify_init": (300, 262),
}
_CLONE3, _SOCKET, _SOCKETPAIR, _CLONE = (435, 435), (41, 198), (53, 199), (56, 220)
_SIGNALLING = {"kill": (62, 129), "tgkill": (234, 131), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
               "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434),
               "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119),
               "sched_setparam": (142, 118), "sched_setattr": (314, 274)}  # fmt: skip
# Calls that name a process in their second argument, after a kind: only (kind, oneself) is allowed.
_RANKING = {0: (141, 140), 1: (251, 30)}  # setpriority's PRIO_PROCESS is 0, ioprio_set's IOPRIO_WHO_PROCESS is 1
_PRLIMIT64, _MEMFD_CREATE = (302, 261), (319, 279)
# Ways to have the kernel send a signal to somebody else: call → forbidden second arguments.
_OWNING = {
    (72, 25): (8, 10, 15),  # fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX
    (16, 29): (0x8901, 0x8902),  # ioctl: FIOSETOWN, SIOCSPGRP
}
_COUNTED_MEMORY = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory")
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_NAMESPACES = 0x7E020000  # CLONE_NEWNS|CGROUP|UTS|IPC|USER|PID|NET

_LOAD, _JEQ, _JSET, _JGE, _RET = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def prctl(option: int, value: int = 0, *rest: int) -> None:
    """The system call; raises OSError."""
    padded = [ctypes.c_ulong(v) for v in (*rest, 0, 0, 0)[:3]]
    if _libc.prctl(option, ctypes.c_ulong(value), *padded) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


def quietly(option: int, value: int = 0) -> bool:
    """`prctl` where a refusal is no reason to stop."""
    try:
        prctl(option, value)
    except OSError:
        return False
    return True


def drop_capabilities() -> None:
    """Give up every capability, for good; a root without them owns files, and that is all."""
    for capability in range(64):
        if not quietly(PR_CAPBSET_DROP, capability):
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    _libc.capset(ctypes.c_char_p(header), ctypes.c_char_p(bytes(24)))


def filter_program(
    protected: tuple[int, ...], machine: str | None = None, memory_files: bool | None = None
) -> bytes | None:
    """The seccomp filter as BPF; None on a machine whose call numbers we don't know.

    `protected` are processes that may be neither signalled nor opened: server, zygote, the examiner. An errno instead
    of a kill, because honest libraries try things and fall back. `memory_files`: whether memfd_create is allowed; where
    no control group counts that memory (found out if None), nothing else would.
    """
    if memory_files is None:
        memory_files = any(Path(path).exists() for path in _COUNTED_MEMORY)
    known = _MACHINES.get(machine or platform.machine())
    if known is None:
        return None
    column, arch = known
    program: list[tuple[int, int, int, int]] = []

    def refuse(error: int) -> None:
        program.append((_RET, 0, 0, _ERRNO | error))

    def when_call(number: int | None, block: list[tuple[int, int, int, int]]) -> None:
        if number is not None:
            program.append((_JEQ, 0, len(block), number))
            program.extend(block)

    program += [(_LOAD, 0, 0, 4), (_JEQ, 1, 0, arch), (_RET, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if column == 0:  # the x32 calls are a second door to the same rooms
        program.append((_JGE, 0, 1, 0x40000000))
        refuse(errno.ENOSYS)
    for numbers in _CALLS.values():
        when_call(numbers[column], [(_RET, 0, 0, _ERRNO | errno.EPERM)])
    # clone3's flags are behind a pointer that a filter can't follow; libc falls back to clone.
    when_call(_CLONE3[column], [(_RET, 0, 0, _ERRNO | errno.ENOSYS)])
    allow = (_RET, 0, 0, _ALLOW)
    deny = (_RET, 0, 0, _ERRNO | errno.EPERM)
    when_call(_CLONE[column], [(_LOAD, 0, 0, 16), (_JSET, 0, 1, _NAMESPACES), deny, allow])
    for numbers in (_SOCKET, _SOCKETPAIR):
        when_call(
            numbers[column],
            [(_LOAD, 0, 0, 16), (_JEQ, 1, 0, socket.AF_UNIX), (_RET, 0, 0, _ERRNO | errno.EAFNOSUPPORT), allow],
        )
    targets = {pid & 0xFFFFFFFF for one in protected for pid in (one, -one)} | {0xFFFFFFFF}
    for numbers in _SIGNALLING.values():
        block = [(_LOAD, 0, 0, 16)]
        for target in sorted(targets):
            block += [(_JEQ, 0, 1, target), deny]
        when_call(numbers[column], [*block, allow])
    for numbers, commands in _OWNING.items():
        block = [(_LOAD, 0, 0, 24)]
        for command in commands:
            block += [(_JEQ, 0, 1, command), deny]
        when_call(numbers[column], [*block, allow])
    # Another process's limits may be read, not set: the new ones are the third argument, a pointer.
    when_call(
        _PRLIMIT64[column],
        [(_LOAD, 0, 0, 16), (_JEQ, 0, 1, 0), allow,
         (_LOAD, 0, 0, 32), (_JEQ, 0, 3, 0), (_LOAD, 0, 0, 36), (_JEQ, 0, 1, 0), allow, deny],
    )  # fmt: skip
    if not memory_files:
        when_call(_MEMFD_CREATE[column], [(_RET, 0, 0, _ERRNO | errno.ENOSYS)])
    for kind, numbers in _RANKING.items():
        block = [(_LOAD, 0, 0, 16), (_JEQ, 1, 0, kind), deny, (_LOAD, 0, 0, 24), (_JEQ, 1, 0, 0), deny, allow]
        when_call(numbers[column], block)
    program.append(allow)
    return b"".join(struct.pack("=HBBI", *step) for step in program)


def install_filter(program: bytes) -> bool:
    """Load a filter for this process and all its children; needs no_new_privs."""
    steps = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(steps))
    holder = ctypes.create_string_buffer(head, len(head))
    return _libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.c_ulong(ctypes.addressof(holder)), 0, 0) == 0


_WRITES = 0x1FF2  # write, remove and make, in Landlock's numbering; below, what later kernels added
_REFER, _TRUNCATE = 1 << 13, 1 << 14


def confine(writable: tuple[str, ...]) -> bool:
    """Landlock: writing only below `writable`; signals and abstract sockets (kernel 6.12) reach only own children.

    Reading stays as the outer box has it. This also closes /proc/*/oom_score_adj of processes of the same user.
    """
    version = _libc.syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    access = _WRITES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = struct.pack("=QQQ", access, 0, 3 if version >= 6 else 0)[:size]
    fd = _libc.syscall(444, ctypes.c_char_p(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if fd < 0:
        return False
    try:
        for path in writable:
            try:
                parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            rule = struct.pack("=Qi", access, parent)
            _libc.syscall(445, ctypes.c_int(fd), ctypes.c_int(1), ctypes.c_char_p(rule), ctypes.c_uint32(0))
            os.close(parent)
        return _libc.syscall(446, ctypes.c_int(fd), ctypes.c_uint32(0)) == 0
    finally:
        os.close(fd)


def limit(kind: int, value: int) -> None:
    """Lower one rlimit, soft and hard; never raise it."""
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (value, value))


def data_bytes() -> int:
    """Private writable memory of this process, the measure of RLIMIT_DATA."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0


def limit_memory(megabytes: int) -> None:
    """Allow `megabytes` over what the libraries already hold."""
    limit(resource.RLIMIT_DATA, data_bytes() + (megabytes << 20))


def limit_files_and_time(seconds: float, processes: int | None) -> None:
    """Core, file size, descriptors, processor time, and processes where the count is this sample's own."""
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, 1 << 30)
    limit(resource.RLIMIT_NOFILE, 1024)
    limit(resource.RLIMIT_CPU, int(seconds * 4) + 10)
    if processes is not None:
        limit(resource.RLIMIT_NPROC, processes)


def become(uid: int) -> None:
    """Change to another user for good; the caller has CAP_SETUID."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def first_to_die() -> None:
    """Make this process the one that the kernel ends when memory runs out."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
