"""What the attacks aim at on the host: canaries that must stay untouched, and a search for what is left behind."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from deepbench_core.paths import home_dir


class Host:
    """Canaries of one run: files, listeners and a process. A context manager; thread-safe.

    Enter it before the executor is opened: the secret has to be in the environment that boxes could inherit.
    """

    def __init__(self) -> None:
        self.canary = f"deepbench-canary-{secrets.token_hex(6)}"
        self.facts: dict[str, str] = {}
        self._stack = contextlib.ExitStack()
        self._seen: list[str] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Host:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{self.canary}-")))
            folder.chmod(0o755)  # everybody on the host may enter: only the box keeps the code out
            home = home_dir() / f"{self.canary}.txt"
            stack.callback(home.unlink, missing_ok=True)
            self._readable, self._writable, self._home = folder / "readable", folder / "writable", home
            for path in (self._readable, self._writable, home):
                path.write_text(self.canary)
                path.chmod(0o666)
            os.environ["DEEPBENCH_CANARY"] = self.canary
            stack.callback(os.environ.pop, "DEEPBENCH_CANARY", None)
            self._victim = self._start_victim(stack)
            self.facts = {
                "canary": self.canary,
                "readable": str(self._readable),
                "writable": str(self._writable),
                "home_file": str(home),
                "victim": str(self._victim.pid),
                "ipc_key": str(int(self.canary[-7:], 16)),
                "unix": str(folder / "socket"),
                "abstract": self.canary,
            }
            self._listen(stack, folder)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def facts_for(self, marker: str) -> dict[str, str]:
        """The facts that a program is told, with the mark that whatever it leaves behind carries."""
        return self.facts | {"marker": marker}

    def breaches(self) -> list[str]:
        """What happened to the canaries since the last question."""
        with self._lock:
            found, self._seen = self._seen, []
        for path in (self._readable, self._writable, self._home):
            if not path.exists() or path.read_text() != self.canary:
                found.append(f"{path.name} was changed")
                path.write_text(self.canary)
        if extra := [path.name for path in self._home.parent.glob(f"{self.canary}*") if path != self._home]:
            found.append(f"the home folder holds {', '.join(extra)}")
        if self._victim.poll() is not None:
            found.append("a process of the host was ended")
            self._victim = self._start_victim(self._stack)
        elif _process_state(self._victim.pid) == "T":
            found.append("a process of the host was stopped")
            self._victim.send_signal(signal.SIGCONT)
        return found

    def _start_victim(self, stack: contextlib.ExitStack) -> subprocess.Popen[bytes]:
        # Reads what never comes: it ends by itself when this process is gone, however that happened.
        command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()", self.canary]
        victim = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        stack.callback(victim.wait)
        stack.callback(victim.kill)
        return victim

    def _listen(self, stack: contextlib.ExitStack, folder: Path) -> None:
        """Listeners of every family that the host has; a missing one gets a port that nobody listens on."""
        self._bind(stack, "tcp4", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self._bind(stack, "tcp6", socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0))
        self._bind(stack, "udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._bind(stack, "unix", socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        if sys.platform == "linux":
            self._bind(stack, "abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.canary}")

    def _bind(self, stack: contextlib.ExitStack, name: str, family: int, kind: int, address: object) -> None:
        listener = socket.socket(family, kind)
        stack.callback(listener.close)
        try:
            listener.bind(address)  # type: ignore[arg-type]
        except OSError:
            self.facts[name] = "9"
            return
        if family in (socket.AF_INET, socket.AF_INET6):
            self.facts[name] = str(listener.getsockname()[1])
        if kind == socket.SOCK_STREAM:
            listener.listen()
        # A shutdown wakes the thread that waits in accept; closing alone does not.
        stack.callback(_shut, listener)
        threading.Thread(target=self._wait, args=(name, listener, kind), daemon=True).start()

    def _wait(self, name: str, listener: socket.socket, kind: int) -> None:
        while True:
            try:
                if kind == socket.SOCK_STREAM:
                    listener.accept()[0].close()
                elif not listener.recv(4096):
                    return
            except OSError:
                return
            with self._lock:
                self._seen.append(f"the {name} listener of the host was reached")


def leftovers(marker: str) -> list[str]:
    """What carries a mark on the host: processes, files, shared memory, abstract sockets."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir("/proc"):
            if entry.name.isdigit() and _carries(entry.path, marker):
                found.append(f"process {entry.name}")
    for folder in {
        tempfile.gettempdir(),
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        "/dev/mqueue",
        str(home_dir()),
        str(Path.cwd()),
    }:
        with contextlib.suppress(OSError):
            found += [entry.path for entry in os.scandir(folder) if marker in entry.name]
    with contextlib.suppress(OSError):
        if marker in Path("/proc/net/unix").read_text():
            found.append("an abstract socket")
    return found


def ipc_leftovers(key: str) -> list[str]:
    """System V objects with this key on the host."""
    found = []
    for kind in ("shm", "msg", "sem"):
        with contextlib.suppress(OSError):
            rows = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
            found += [f"System V {kind}" for row in rows if row.split()[0] == key]
    return found


def remove_leftovers(marker: str) -> None:
    """End and delete what carries a mark, so that a hole that was found does not stay open."""
    for thing in leftovers(marker):
        with contextlib.suppress(OSError, ValueError):
            if thing.startswith("process "):
                os.kill(int(thing.split()[1]), signal.SIGKILL)
            elif thing.startswith("/"):
                shutil.rmtree(thing) if Path(thing).is_dir() else Path(thing).unlink()


def _carries(process: str, marker: str) -> bool:
    with contextlib.suppress(OSError):
        if Path(process, "comm").read_text().strip() == marker:
            return Path(process, "stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
        return f"DEEPBENCH_ATTACK={marker}".encode() in Path(process, "environ").read_bytes()
    return False


def _process_state(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return "?"


def _shut(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
