"""Started as a script of its own, with nothing but the standard library: becomes the local sandbox.

    python -I -S launch.py FD

reads a JSON specification from descriptor FD (see `local.py`), confines itself and replaces itself by the judge's
server, whose standard input and output it hands through. A script rather than a `preexec_fn`, because what happens here
(namespaces, mounts, another uid) must not happen in a fork of a threaded process.

Steps: join a cgroup if given; stage what the box will see in a private mount namespace, as root while we are root,
because the environment may be below a folder that only we can enter; take an unprivileged uid; then bubblewrap, or the
same by hand where bubblewrap is missing.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any, NoReturn

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
MNT_DETACH, SYS_PIVOT_ROOT = 2, {"x86_64": 155, "aarch64": 41}

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> NoReturn:
    """Confine, then exec; on failure one line on standard error and status 125."""
    with os.fdopen(int(sys.argv[1])) as file:
        spec = json.load(file)
    try:
        for path in spec["cgroup"]:
            with open(path, "w") as file:  # noqa: PTH123  (pathlib costs start-up time)
                file.write(str(os.getpid()))
        os.umask(0o077)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if spec["mode"] == "plain":
            os.chdir(spec["scratch"])
            os.execve(spec["argv"][0], spec["argv"], spec["env"])
        staged = _stage(spec)
        if os.getuid() == 0:
            _become(spec["uid"])
        if spec["mode"] == "bwrap":
            _exec_bwrap(spec, staged)
        _namespaces(spec, staged)
    except OSError as error:
        step = f" ({error.filename})" if error.filename else ""
        print(f"launch: {error.strerror}{step}", file=sys.stderr)
    sys.exit(125)


# Staging -------------------------------------------------------------------------------------------------------------


def _stage(spec: dict[str, Any]) -> dict[str, str]:
    """Bind the private sources and sized tmpfs below one folder that any uid may enter; returns path → staged path.

    An ordinary user needs a user namespace for that; where it is refused (a distribution may allow it to bubblewrap
    alone) nothing is staged, and bubblewrap takes the sources as they are.
    """
    uid, gid = os.getuid(), os.getgid()
    try:
        _unshare(CLONE_NEWNS | (CLONE_NEWUSER if uid else 0))
    except OSError:
        if uid == 0 or spec["mode"] != "bwrap":
            raise
        return {}
    if uid:
        _map_identity(uid, gid)
    stage = spec["stage"]
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount("stage", stage, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m")
    os.mkdir(f"{stage}/root", 0o755)  # noqa: PTH102
    staged = {}
    for number, source in enumerate(spec["private"]):
        target = f"{stage}/{number}"
        os.mkdir(target, 0o755)  # noqa: PTH102
        _mount(source, target, None, MS_BIND)
        staged[source] = target
    owner = spec["uid"] if uid == 0 else uid
    for path, megabytes, inodes in spec["tmpfs"]:
        target = f"{stage}/{path.replace('/', '_')}"
        os.mkdir(target, 0o755)  # noqa: PTH102
        options = f"mode=1777,size={megabytes}m,nr_inodes={inodes},uid={owner},gid={owner if uid == 0 else gid}"
        _mount("tmp", target, "tmpfs", MS_NOSUID | MS_NODEV, options)
        staged[path] = target
    return staged


def _become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # Changing the uid made us undumpable, and then /proc/self/uid_map belongs to root.
    _prctl(4, 1)


# With bubblewrap -----------------------------------------------------------------------------------------------------


def _exec_bwrap(spec: dict[str, Any], staged: dict[str, str]) -> NoReturn:
    words = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "box"]
    words.append("--as-pid-1")  # bubblewrap's own first process would have the code's uid and be open to it
    for path, target in spec["links"]:
        words += ["--symlink", target, path]
    for source, path in spec["binds"]:
        words += ["--ro-bind", staged.get(source, source), path]
    words += ["--proc", "/proc", "--dev", "/dev"]
    for path, megabytes, _ in spec["tmpfs"]:
        if path in staged:
            words += ["--bind", staged[path], path]
        else:
            words += [*(["--size", str(megabytes << 20)] if spec["bwrap_size"] else []), "--tmpfs", path]
    for path, text in spec["files"]:
        words += ["--ro-bind-data", str(_readable(text)), path]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", spec["scratch"]]
    for name, value in spec["env"].items():
        words += ["--setenv", name, value]
    # By descriptor, because the code can read pid 1's command line; with nothing in the environment, because it can
    # read that too.
    arguments = _readable("".join(word + "\0" for word in words))
    os.execve(spec["bwrap"], ["bwrap", "--args", str(arguments), *spec["argv"]], {})


def _readable(text: str) -> int:
    """A descriptor that survives exec and yields the text."""
    descriptor = os.memfd_create("arguments", 0)
    os.write(descriptor, text.encode())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


# Without bubblewrap --------------------------------------------------------------------------------------------------


def _namespaces(spec: dict[str, Any], staged: dict[str, str]) -> NoReturn:
    uid, gid = os.getuid(), os.getgid()
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    every = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP
    _unshare(every)
    _map_identity(uid, gid)
    first = os.fork()
    if first:
        _leave_with(first)
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _build_root(spec, staged)
    os.setsid()
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break
    _libc.capset(ctypes.c_char_p((0x20080522).to_bytes(4, sys.byteorder) + bytes(4)), ctypes.c_char_p(bytes(24)))
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.execve(spec["argv"][0], spec["argv"], spec["env"])  # as pid 1: nobody else's process is there to be opened


def _leave_with(child: int) -> NoReturn:
    """Reap until `child` ends, then end the same way; as pid 1 that ends everything in the namespace."""
    while True:
        pid, status = os.wait()
        if pid == child:
            os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def _build_root(spec: dict[str, Any], staged: dict[str, str]) -> None:
    """A root of our own: what is listed, read-only, and nothing else."""
    root = spec["stage"] + "/root"
    _mount("root", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m")
    for source, path in spec["binds"]:
        _bind(staged.get(source, source), root + path, MS_RDONLY | MS_NOSUID | MS_NODEV)
    for path, target in spec["links"]:
        os.symlink(target, root + path)  # noqa: PTH211
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        _bind(f"/dev/{name}", f"{root}/dev/{name}", 0)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, f"{root}/dev/{name}")  # noqa: PTH211
    for path, _, _ in spec["tmpfs"]:
        _bind(staged[path], root + path, MS_NOSUID | MS_NODEV)
    for path, text in spec["files"]:
        os.makedirs(os.path.dirname(root + path), 0o755, exist_ok=True)  # noqa: PTH103, PTH120
        with open(root + path, "w") as file:  # noqa: PTH123
            file.write(text)
        os.chmod(root + path, 0o644)  # noqa: PTH101
    os.makedirs(root + "/proc", exist_ok=True)  # noqa: PTH103
    _mount("proc", root + "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    old = root + "/old"
    os.mkdir(old, 0o700)  # noqa: PTH102
    if _libc.syscall(SYS_PIVOT_ROOT[os.uname().machine], root.encode(), old.encode()) != 0:
        raise OSError(ctypes.get_errno(), "pivot_root refused")
    os.chdir("/")
    if _libc.umount2(b"/old", MNT_DETACH) != 0:
        raise OSError(ctypes.get_errno(), "umount2 refused")
    os.rmdir("/old")  # noqa: PTH106
    _mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
    os.chdir(spec["scratch"])


def _bind(source: str, target: str, flags: int) -> None:
    if os.path.isdir(source):  # noqa: PTH112
        os.makedirs(target, 0o755, exist_ok=True)  # noqa: PTH103
    else:
        os.makedirs(os.path.dirname(target), 0o755, exist_ok=True)  # noqa: PTH103, PTH120
        with open(target, "a"):  # noqa: PTH123
            pass
    _mount(source, target, None, MS_BIND | MS_REC)
    if flags:
        # Flags that the source's own mount has are locked in a user namespace: keep them.
        kept = os.statvfs(target).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
        _mount(None, target, None, MS_REMOUNT | MS_BIND | flags | kept)


# System calls --------------------------------------------------------------------------------------------------------


def _unshare(flags: int) -> None:
    if _libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), f"namespaces refused: {os.strerror(ctypes.get_errno())}")


def _map_identity(uid: int, gid: int) -> None:
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
            file.write(text)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind, options)]
    if _libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"mount refused: {os.strerror(number)}", target)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) refused")


if __name__ == "__main__":
    main()
