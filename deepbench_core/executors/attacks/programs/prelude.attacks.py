# Runs before every attack (not before the honest programs): a mark by which the host finds what an attack leaves
# behind, and the few words that the programs share. A word between two at signs stands for a fact of the host.
import ctypes
import os
import platform

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.prctl(15, b"@marker@", 0, 0, 0)  # PR_SET_NAME: the name of this process and of all that it forks
os.environ["DEEPBENCH_ATTACK"] = "@marker@"
_NUMBERS = {
    "x86_64": {"bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "keyctl": 250, "add_key": 248, "kexec_load": 246},
    "aarch64": {"bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "keyctl": 219, "add_key": 217, "kexec_load": 104},
}.get(platform.machine(), {}) | {"io_uring_setup": 425, "pidfd_getfd": 438, "clone3": 435}


def breach(what):
    raise RuntimeError("breach" + ": " + what)


def must_fail(attempt, what):
    """A breach unless the system refuses `attempt()` with an OSError."""
    try:
        result = attempt()
    except OSError:
        return
    breach(f"{what} ({result!r:.80})")


def libc(name, *arguments):
    """Call a function of the C library, or a system call by its name; OSError when it answers -1."""
    if name in _NUMBERS:
        name, arguments = "syscall", (ctypes.c_long(_NUMBERS[name]), *arguments)
    result = getattr(_LIBC, name)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result


def others():
    """Process ids in sight, but for this one."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
