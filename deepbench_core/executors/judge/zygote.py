"""The process that has the libraries imported and forks every pair; it never sees code, tests or results.

It never starts a thread: after one threaded matmul here, compute would hang in every child. What a first test would
import and set up is found by a child that computes first (`warmup`).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import inspect
import json
import os
import signal
import socket
import sys
import warnings
from pathlib import Path
from typing import Any

from . import box, hugepages
from .cleanup import STAGE

_THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "NPROC",  # the size of jaxlib's thread pools
)
# jax compiles every first operation: with fewer passes that takes half the time. It looks for no accelerator.
_JAX = {
    "JAX_PLATFORMS": "cpu",
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}


def import_libraries(names: list[str]) -> tuple[dict[str, str], list[str]]:
    """Import what the environment offers; returns versions and what could not be imported."""
    versions, missing = {"python": sys.version.split()[0]}, []
    for name in names:
        try:
            module = importlib.import_module(name)
        except Exception as error:
            missing.append(f"{name}: {type(error).__name__}: {error}")
            continue
        version = getattr(module, "__version__", None)
        if version is not None:
            versions[name] = str(version)
    import pytest

    versions["pytest"] = pytest.__version__
    return versions, missing


def _rehearse() -> list[int]:
    """Do in a child what tests do, then here what of that it is safe to do before a fork; returns what code it used.

    What a first test would import is imported. A first use of an operation sets up tables and caches, which children
    then find: only where the child stayed alone, since of a thread that was started here they would find nothing.
    """
    from . import warmup

    read_end, write_end = os.pipe()
    before = set(sys.modules)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(read_end)
            box.quietly(box.PR_SET_DUMPABLE, 1)  # its page table is its own to read
            warmup.exercise()
            names, code = [name for name in sys.modules if name not in before], []
            with contextlib.suppress(OSError, ValueError):
                code = hugepages.used_code()
            with os.fdopen(write_end, "w") as pipe:
                json.dump({"names": names, "code": code, "alone": _alone()}, pipe)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    try:
        told = json.loads(data)
    except ValueError:
        return []
    for name in told["names"]:
        if not name.startswith(("solution", "tests", "__")):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    if told["alone"] and _alone():
        warmup.exercise()
    return list(told["code"])


def _alone() -> bool:
    """Whether this process has one thread."""
    return sum(1 for _ in Path("/proc/self/task").iterdir()) == 1


def prepare(hello: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Imports, warm-up, and a heap that forks don't copy."""
    versions, missing = import_libraries(list(hello.get("preload") or []))
    from . import candidate, examiner, flags, inprocess, peer, session  # noqa: F401  (imported for the children)

    peer.load_codecs()
    examiner.rehearse()  # pytest's own lazy imports; nothing of it computes
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(1)
    code = _rehearse()
    with contextlib.suppress(Exception):
        # The traceback of a failed test asks which module a file is of; the first answer reads all modules' paths.
        inspect.getmodule(prepare.__code__, "nowhere")
    session.begin_for_children(Path(hello.get("scratch") or "/tmp", STAGE))
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, ValueError):
        hugepages.collapse()
        hugepages.copy_code(code)
    return versions, missing


def _close_all_but(keep: set[int]) -> None:
    """Close every descriptor from 3 on that a child is not to have."""
    last = 2
    for fd in sorted(keep):
        if fd > last + 1:
            os.closerange(last + 1, fd)
        last = max(last, fd)
    os.closerange(last + 1, 65536 if last < 65536 else last + 1)


def _child(order: dict[str, Any], fds: list[int], role: str, parent: int) -> None:
    """The life of a forked process; never returns."""
    code = 70
    try:
        os.setsid()
        gc.enable()
        _close_all_but(set(fds))
        out = fds[-1]
        os.dup2(out, 1)
        os.dup2(out, 2)
        if out > 2:
            os.close(out)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        _set_up_process(order, role, parent)
        if role == "candidate":
            from . import candidate

            code = candidate.live(socket.socket(fileno=fds[0]), order)
        elif role == "examiner":
            from . import examiner

            code = examiner.live(fds[0], socket.socket(fileno=fds[1]), order)
        else:
            from . import inprocess

            code = inprocess.live(fds[0], order)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        os._exit(code)


def _set_up_process(order: dict[str, Any], role: str, parent: int) -> None:
    uid = order.get("uid_a" if role != "examiner" else "uid_b")
    if uid is not None:
        for path in order.get("own", []):
            with contextlib.suppress(OSError):
                os.chown(path, uid, uid)
        box.become(uid)
    box.quietly(box.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(70)
    box.drop_capabilities()
    box.quietly(box.PR_SET_NO_NEW_PRIVS, 1)
    if role == "examiner":
        box.quietly(box.PR_SET_DUMPABLE, 0)
        return
    box.quietly(box.PR_SET_DUMPABLE, 1)
    box.first_to_die()
    box.limit_files_and_time(order.get("cpu_seconds", 600), order.get("processes"))
    box.confine((order["scratch"], "/dev"))
    program = box.filter_program(tuple(order["protected"]))
    if program is not None:
        box.install_filter(program)


def _fork(order: dict[str, Any], fds: list[int], role: str) -> int:
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _child(order, fds, role, parent)
    return child


def serve(control: socket.socket, hello: dict[str, Any]) -> None:
    """Prepare, say so, then fork on order until the server is gone."""
    box.quietly(box.PR_SET_PDEATHSIG, signal.SIGKILL)
    box.quietly(box.PR_SET_CHILD_SUBREAPER, 1)
    forked: set[int] = set()
    for name in _THREADS:
        os.environ[name] = "1"
    os.environ.update(_JAX)
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        versions, missing = prepare(hello)
    box.quietly(box.PR_SET_DUMPABLE, 0)
    control.send(json.dumps({"versions": versions, "missing": missing}).encode())
    ended: dict[int, list[int]] = {}
    while True:
        data, fds, _, _ = socket.recv_fds(control, 65536, 8)
        if not data:
            os._exit(0)
        order = json.loads(data)
        if order["op"] == "pair":
            answer = _pair(order, fds)
            forked = {answer["a"], answer["b"]}
        elif order["op"] == "sweep":
            answer = _sweep(int(order["uid"]))
        else:  # reap
            while True:
                try:
                    pid, status = os.waitpid(-1, os.WNOHANG)
                except ChildProcessError:
                    break
                if pid == 0:
                    break
                if pid in forked:
                    ended[pid] = _status(status)
            answer = {"ended": ended}
            ended = {}
        for fd in fds:
            os.close(fd)
        control.send(json.dumps(answer).encode())


def _pair(order: dict[str, Any], fds: list[int]) -> dict[str, Any]:
    """Fork the halves of a sample. Descriptors: A's wire, B's wire, B's line to the server, A's output, B's output."""
    wire_a, wire_b, line, out_a, out_b = fds
    order["protected"] = [os.getpid(), *order["ancestors"]]
    if order["integrity"] == "in-process":
        return {"a": _fork(order, [line, out_a], "both"), "b": None}
    b = _fork(order, [line, wire_b, out_b], "examiner")
    order["protected"].append(b)
    a = _fork(order, [wire_a, out_a], "candidate")
    return {"a": a, "b": b}


def _sweep(uid: int) -> dict[str, Any]:
    """Kill everything of one user at once, faster than any fork flood can fork."""
    child = os.fork()
    if child == 0:
        try:
            box.become(uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return {}


def _status(status: int) -> list[int]:
    """(exit code, signal) of a wait status; -1 where it doesn't apply."""
    if os.WIFSIGNALED(status):
        return [-1, os.WTERMSIG(status)]
    return [os.WEXITSTATUS(status), -1]
