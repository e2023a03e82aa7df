"""The local box: bubblewrap, or namespaces by hand where it is missing, or (asked for by name) a plain process."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal

from deepbench_core.environments import Built
from deepbench_core.errors import ExecutorError
from deepbench_core.executors import cgroups
from deepbench_core.executors.box import JUDGE, READ_SIZE, SERVER_ENVIRONMENT, Box, BoxLate, BoxLost, Limits, PostMortem

Mode = Literal["bwrap", "namespaces", "plain"]

LAUNCHER = Path(__file__).parent / "launch.py"
LAUNCH_FAILED = 125
# Uids for boxes while we are root: above those of packages and people on common systems.
FIRST_UID, UIDS = 20_000, 40_000

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_ETC = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime")
_FOLDER = "deepbench-box-"
_UNSAFE = "no sandbox here: {reason}; install bubblewrap, use --executor docker, or --unsafe to run without one"


class LocalBox(Box):
    """A process tree on this machine."""

    def __init__(self, built: Built, limits: Limits, mode: Mode, hash_seed: int | None = None) -> None:
        super().__init__(built, limits, hash_seed)
        self.mode = mode
        self._process: subprocess.Popen[bytes] | None = None
        self._cgroup: cgroups.Cgroup | None = None
        self._folder: Path | None = None
        self._lock = threading.Lock()
        self._stderr_open = True
        self._in = self._out = self._err = -1  # descriptors of the server's three pipes

    def start(self) -> None:
        try:
            self._start()
        except BaseException as error:
            self.kill()
            if isinstance(error, OSError):
                raise ExecutorError(f"can't start a local sandbox: {error.strerror or error}") from None
            raise

    def _start(self) -> None:
        # Entered by the box's own uid before it has a root of its own, hence the mode.
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        self._folder.chmod(0o711 if self.mode != "plain" else 0o700)
        if self.mode != "plain":
            self._cgroup = cgroups.create(self.limits.total_mb, self.limits.pids)
        self._process = _launch(_specification(self))
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._in, self._out, self._err = (pipe.fileno() for pipe in pipes if pipe is not None)
        for descriptor in (self._in, self._out, self._err):
            os.set_blocking(descriptor, False)

    @property
    def scratch(self) -> str:
        return f"{self._folder}/scratch" if self.mode == "plain" else "/tmp"

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def oom_kills(self) -> int | None:
        return self._cgroup.oom_kills() if self._cgroup else None

    def post_mortem(self, patience: float = 0.0) -> PostMortem:
        if self._process is None:
            return PostMortem()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=patience)
        self._drain_stderr()
        code = self._process.returncode
        return PostMortem(bool(self.oom_kills()), code, self._stderr_text(), engine_gone=code == LAUNCH_FAILED)

    def interrupt(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)

    def kill(self) -> None:
        with self._lock:
            process = self._process
            if process is not None and process.stdin is not None and not process.stdin.closed:
                # bubblewrap's first process takes the whole pid namespace with it; without one, the group.
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                self._await_end_of_output()
                for pipe in (process.stdin, process.stdout, process.stderr):
                    if pipe is not None:
                        with contextlib.suppress(OSError):
                            pipe.close()
            if self._cgroup is not None:
                self._cgroup.remove()
                self._cgroup = None
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _await_end_of_output(self) -> None:
        """Wait, briefly, for the server's end to close: then the last process of the namespace is gone."""
        deadline = time.monotonic() + 2
        with contextlib.suppress(OSError, ValueError, BoxLate):
            while self._read(max(0.001, deadline - time.monotonic())):
                pass

    def _read(self, seconds: float) -> bytes:
        deadline = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._out, select.POLLIN)
        if self._stderr_open:
            poll.register(self._err, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise BoxLate
            for descriptor, _ in poll.poll(left * 1000 + 1):
                if descriptor == self._out:
                    with contextlib.suppress(BlockingIOError):
                        return os.read(self._out, READ_SIZE)
                elif not self._drain_stderr():
                    poll.unregister(self._err)

    def _write(self, data: memoryview, seconds: float) -> int:
        poll = select.poll()
        poll.register(self._in, select.POLLOUT)
        if not poll.poll(seconds * 1000 + 1):
            raise BoxLate
        try:
            return os.write(self._in, data[:READ_SIZE])
        except BlockingIOError:
            return 0
        except OSError as error:
            raise BoxLost(f"its input is closed: {error.strerror}") from None

    def _drain_stderr(self) -> bool:
        """Take what is there; False at its end."""
        try:
            while part := os.read(self._err, 65536):
                self._keep_stderr(part)
        except BlockingIOError:
            return True
        except (OSError, ValueError):
            pass
        self._stderr_open = False
        return False


def sweep() -> None:
    """Remove what owners left that were killed before they could: empty mount points and control groups."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        owner = folder.name.removeprefix(_FOLDER).split("-")[0]
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    cgroups.sweep()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def find_mode(*, unsafe: bool = False) -> Mode:
    """The strongest confinement that works here, tried by running it once.

    Raises ExecutorError that says what is missing, unless `unsafe` allows a plain process.
    """
    tried: list[str] = []
    if sys.platform == "linux":
        for mode in ("bwrap", "namespaces"):
            reason = _try_mode(mode)
            if not reason:
                return mode
            tried.append(reason)
    else:
        tried.append(f"none exists for {sys.platform}")
    if unsafe:
        return "plain"
    raise ExecutorError(_UNSAFE.format(reason="; ".join(tried)))


@cache
def _try_mode(mode: Literal["bwrap", "namespaces"]) -> str:
    """Empty if a sandbox of this kind runs a process, else why not."""
    if mode == "bwrap" and not shutil.which("bwrap"):
        return "bubblewrap is not installed"
    with tempfile.TemporaryDirectory(prefix="deepbench-try-") as folder:
        Path(folder).chmod(0o711)
        true = next((p for p in ("/usr/bin/true", "/bin/true") if Path(p).exists()), "/bin/true")
        specification = _base_specification(mode, Limits(), folder) | {"argv": [true]}
        process = _launch(specification)
        try:
            _, errors = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return f"{mode} hangs"
    if process.returncode == 0:
        return ""
    said = errors.decode(errors="replace").strip().splitlines()
    return (
        f"{'bubblewrap' if mode == 'bwrap' else 'namespaces'}: {said[-1] if said else f'status {process.returncode}'}"
    )


def _specification(box: LocalBox) -> dict[str, Any]:
    """What `launch.py` needs to know for one box."""
    venv = Path(box.built.reference)
    assert box._folder is not None
    if box.mode == "plain":
        # The judge's own folder by itself: its neighbours have names of the standard library's.
        library = box._folder / "library"
        library.mkdir()
        (library / "judge").symlink_to(JUDGE)
        Path(box.scratch).mkdir()
        environment = box.server_environment | {
            "PYTHONPATH": str(library),
            "HOME": box.scratch,
            "TMPDIR": box.scratch,
            "PATH": f"{venv}/bin:/usr/local/bin:/usr/bin:/bin",
        }
        argv = [str(venv / "bin" / "python"), "-m", "judge.server"]
        return {"mode": "plain", "cgroup": [], "env": environment, "argv": argv, "scratch": box.scratch}
    specification = _base_specification(box.mode, box.limits, str(box._folder))
    private = [(str(venv), "/opt/env"), (str(JUDGE), "/opt/deepbench/judge")]
    # At its own path, where the venv's links lead.
    private += [(prefix, prefix) for prefix in _interpreter(venv) if not _is_system(prefix)]
    specification["private"] = [source for source, _ in private]
    specification["binds"] += private
    if box._cgroup:
        specification["cgroup"] = box._cgroup.join
        # Its counters, where the judge also finds them in a container.
        specification["binds"].append((str(box._cgroup.memory), box._cgroup.inside))
    specification["env"] = box.server_environment
    specification["argv"] = ["/opt/env/bin/python", "-m", "judge.server"]
    return specification


def _base_specification(mode: Mode, limits: Limits, folder: str) -> dict[str, Any]:
    binds, links = [], []
    for path in _SYSTEM:
        if Path(path).is_symlink():
            links.append((path, str(Path(path).readlink())))
        elif Path(path).is_dir():
            binds.append((path, path))
    binds += [(path, path) for path in _ETC if Path(path).exists()]
    uid = FIRST_UID + (os.getpid() * 7 + next(_box_numbers)) % UIDS
    inside = uid if os.getuid() == 0 else os.getuid()
    return {
        "mode": mode,
        "bwrap": shutil.which("bwrap"),
        "bwrap_size": _bwrap_has_size() if mode == "bwrap" else False,
        "uid": uid,
        "stage": folder,
        "private": [],
        "binds": binds,
        "links": links,
        "tmpfs": [
            ("/tmp", limits.scratch_mb, limits.scratch_inodes),
            ("/dev/shm", limits.shm_mb, limits.scratch_inodes),
        ],
        "files": [
            ("/etc/passwd", f"sample:x:{inside}:{inside}:sample:/tmp:/bin/false\n"),
            ("/etc/group", f"sample:x:{inside}:\n"),
        ],
        "scratch": "/tmp",
        "env": SERVER_ENVIRONMENT,
        "cgroup": [],
    }


def _interpreter(venv: Path) -> list[str]:
    """Prefixes of the interpreter that a venv stands on: as its links say, and where they end."""
    link = venv / "bin" / "python"
    home = next(
        line.split("=", 1)[1].strip()
        for line in (venv / "pyvenv.cfg").read_text().splitlines()
        if line.split("=")[0].strip() == "home"
    )
    return sorted({str(Path(home).parent), str(link.resolve().parent.parent)})


def _is_system(folder: str) -> bool:
    return any(folder == system or folder.startswith(system + "/") for system in _SYSTEM)


@cache
def _bwrap_has_size() -> bool:
    """`--size` came with bubblewrap 0.7; before it, a tmpfs of its own may take half of the machine's memory."""
    said = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return "--size" in said.stdout + said.stderr


# Spawning ------------------------------------------------------------------------------------------------------------


class _Counter:
    def __init__(self) -> None:
        self.lock, self.value = threading.Lock(), 0

    def __next__(self) -> int:
        with self.lock:
            self.value += 1
            return self.value


_box_numbers = _Counter()
_spawner: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] | None = None
_spawner_lock = threading.Lock()


def _launch(specification: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the launcher and hand it its specification."""
    read_end, write_end = os.pipe()
    try:
        process = _spawn(read_end)
        # Short enough for the pipe's buffer, and then it does not matter how far the launcher is.
        with os.fdopen(write_end, "w", closefd=False) as file:
            json.dump(specification, file)
        return process
    finally:
        os.close(read_end)
        os.close(write_end)


def _spawn(specification: int) -> subprocess.Popen[bytes]:
    """Start the launcher, in a thread that lives as long as this process.

    `--die-with-parent` means the *thread* that forked: a box must not die because some worker's thread ended.
    """

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCHER), str(specification)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(specification,),
            cwd="/",
            env={},
            bufsize=0,
            start_new_session=True,  # an interrupt in the terminal is ours to handle
        )

    global _spawner
    with _spawner_lock:
        if _spawner is None:
            _spawner = SimpleQueue()
            threading.Thread(target=_spawn_forever, args=(_spawner,), name="deepbench-spawner", daemon=True).start()
    future: Future[subprocess.Popen[bytes]] = Future()
    _spawner.put((start, future))
    return future.result()


def _spawn_forever(orders: SimpleQueue[tuple[Callable[[], Any], Future[Any]]]) -> None:
    while True:
        start, future = orders.get()
        try:
            future.set_result(start())
        except BaseException as error:
            future.set_exception(error)
