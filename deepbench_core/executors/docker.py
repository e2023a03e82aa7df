"""The docker box: one hardened container with the judge's server in it, spoken to over an attached raw socket."""

from __future__ import annotations

import contextlib
import io
import os
import random
import socket
import struct
import tarfile
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from deepbench_core import engine
from deepbench_core.environments import Built
from deepbench_core.errors import ExecutorError
from deepbench_core.executors.box import (
    JUDGE,
    READ_SIZE,
    Box,
    BoxLate,
    BoxLost,
    Limits,
    PostMortem,
    judge_hash,
)

LABEL = "deepbench"
OWNER = "deepbench.owner"
FIRST_UID, UIDS = 20_000, 40_000

_STREAM = struct.Struct(">BxxxI")  # of every part of an attached stream: which output, how many bytes
_STDERR = 2


class DockerBox(Box):
    """A container; nothing is ever run in it with `docker exec`, which can't be ended from outside."""

    def __init__(self, built: Built, limits: Limits, hash_seed: int | None = None) -> None:
        super().__init__(built, limits, hash_seed)
        self._client: Any = None
        self._container: str | None = None
        self._response: Any = None
        self._socket: Any = None
        self._ended = False
        self._raw = bytearray()
        self._stdout: deque[bytes] = deque()
        self._lock = threading.Lock()

    def start(self) -> None:
        from docker.errors import DockerException

        try:
            self._client = engine.connect()
            image = judge_image(self._client, self.built)
            self._container = self._create(image)
            # Attached before it starts, so that no byte can be missed.
            attach = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self._response = self._client.attach_socket(self._container, params=attach)
            self._socket = getattr(self._response, "_sock", self._response)
            self._client.start(self._container)
        except (DockerException, OSError) as error:
            self.kill()
            raise ExecutorError(f"can't start a container: {_one_line(error)}") from None
        except BaseException:
            self.kill()
            raise

    def _create(self, image: str) -> str:
        client = self._client
        # A uid of its own: RLIMIT_NPROC counts a user's processes over all containers.
        uid = FIRST_UID + random.SystemRandom().randrange(UIDS)
        container = client.create_container(
            image,
            entrypoint=["/opt/env/bin/python", "-m", "judge.server"],
            user=f"{uid}:{uid}",
            hostname="box",
            working_dir="/tmp",
            environment=self.server_environment,
            stdin_open=True,  # and once: when we die, the server reads the end of its input and leaves
            labels={LABEL: "box", OWNER: owner_label()},
            host_config=hardened(client, self.limits),
            use_config_proxy=False,
        )
        return str(container["Id"])

    @property
    def alive(self) -> bool:
        return self._socket is not None and not self._ended

    def post_mortem(self, patience: float = 0.0) -> PostMortem:
        from docker.errors import DockerException, NotFound

        deadline = time.monotonic() + patience
        while True:
            try:
                with self._lock:
                    if self._client is None or self._container is None:
                        return PostMortem(stderr=self._stderr_text())
                    state: dict[str, Any] = self._client.inspect_container(self._container)["State"]
            except NotFound:
                return PostMortem(stderr=self._stderr_text(), details={"removed": True})
            except (DockerException, OSError):
                return PostMortem(stderr=self._stderr_text(), engine_gone=True)
            if not state.get("Running") or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        code = None if state.get("Running") else state.get("ExitCode")
        return PostMortem(bool(state.get("OOMKilled")) and code is not None, code, self._stderr_text())

    def interrupt(self) -> None:
        from docker.errors import DockerException

        with self._lock:
            if self._client is not None and self._container is not None:
                with contextlib.suppress(DockerException, OSError):
                    self._client.remove_container(self._container, force=True, v=True)

    def kill(self) -> None:
        from docker.errors import DockerException

        with self._lock:
            client, container = self._client, self._container
            self._client = self._container = None
            self._ended = True
            if client is None:
                return
            if container is not None:
                with contextlib.suppress(DockerException, OSError):  # gone already, or the engine is
                    client.remove_container(container, force=True, v=True)
            for closable in (self._socket, self._response, client):
                with contextlib.suppress(Exception):
                    closable.close()

    def _read(self, seconds: float) -> bytes:
        deadline = time.monotonic() + seconds
        while not self._stdout:
            left = deadline - time.monotonic()
            if left <= 0:
                raise BoxLate
            try:
                self._socket.settimeout(left)
                part = self._socket.recv(READ_SIZE)
            except TimeoutError:
                raise BoxLate from None
            except (OSError, ValueError, AttributeError):
                part = b""
            if not part:
                self._ended = True
                return b""
            self._raw += part
            self._demultiplex()
        return self._stdout.popleft()

    def _demultiplex(self) -> None:
        while len(self._raw) >= _STREAM.size:
            stream, size = _STREAM.unpack(self._raw[: _STREAM.size])
            end = _STREAM.size + size
            if len(self._raw) < end:
                return
            part = bytes(self._raw[_STREAM.size : end])
            del self._raw[:end]
            if stream == _STDERR:
                self._keep_stderr(part)
            elif part:
                self._stdout.append(part)

    def _write(self, data: memoryview, seconds: float) -> int:
        try:
            self._socket.settimeout(seconds)
            return int(self._socket.send(data[:READ_SIZE]))
        except TimeoutError:
            raise BoxLate from None
        except (OSError, ValueError, AttributeError) as error:
            raise BoxLost(f"its input is closed: {error}") from None


def hardened(client: Any, limits: Limits) -> dict[str, Any]:
    """Every restriction of a box, as the engine wants it."""
    scratch = f"rw,exec,nosuid,nodev,mode=1777,size={limits.scratch_mb}m,nr_inodes={limits.scratch_inodes}"
    config: dict[str, Any] = client.create_host_config(
        network_mode="none",
        read_only=True,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        mem_limit=f"{limits.total_mb}m",
        memswap_limit=f"{limits.total_mb}m",
        pids_limit=limits.pids,
        nano_cpus=int(limits.cpus * 1e9),
        ipc_mode="private",
        init=False,  # the server is pid 1: a process of the engine's would have the code's uid and be open to it
        tmpfs={"/tmp": scratch},
        shm_size=f"{limits.shm_mb}m",
        ulimits=[{"Name": "core", "Soft": 0, "Hard": 0}],
        log_config={"Type": "none", "Config": {}},
    )
    return config


_judge_lock = threading.Lock()


def judge_image(client: Any, built: Built) -> str:
    """The environment's image with the judge in it; a layer of some kilobytes, made when the judge has changed.

    Baked in rather than mounted: a mount would need the engine on this machine, and a file can't be put into a
    container whose root is read-only.
    """
    from docker.errors import DockerException, ImageNotFound

    environment = built.environment
    image = f"deepbench-judge-{environment.name}:{environment.digest}-{judge_hash()}"
    with _judge_lock:
        try:
            found = client.inspect_image(image)["Config"]["Labels"] or {}
            if found.get("deepbench.base") == client.inspect_image(built.reference)["Id"]:
                return image
        except ImageNotFound:
            pass
        base = client.inspect_image(built.reference)["Id"]
        labels = {LABEL: "judge", "deepbench.environment": environment.name, "deepbench.base": base}
        with _judge_context(built.reference) as context:
            build = client.build(fileobj=context, custom_context=True, tag=image, labels=labels, rm=True, decode=True)
            for step in build:
                if "error" in step:
                    raise ExecutorError(f"can't add the judge to {built.reference}: {step['error'].strip()}")
        filters = {"label": [f"{LABEL}=judge", f"deepbench.environment={environment.name}"]}
        for old in client.images(filters=filters):
            if image not in (old.get("RepoTags") or []):
                with contextlib.suppress(DockerException):  # still used by another process
                    client.remove_image(old["Id"])
    return image


def _judge_context(base: str) -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        texts = {f"judge/{path.name}": path.read_bytes() for path in sorted(JUDGE.glob("*.py"))}
        texts["Dockerfile"] = f"FROM {base}\nCOPY judge /opt/deepbench/judge\n".encode()
        for name, text in texts.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text), 0o644
            archive.addfile(entry, io.BytesIO(text))
    buffer.seek(0)
    return buffer


def sweep() -> int:
    """Remove boxes whose owner is gone (killed, or its machine restarted); returns how many."""
    from docker.errors import DockerException

    client = engine.connect()
    removed = 0
    try:
        for container in client.containers(all=True, filters={"label": [f"{LABEL}=box"]}):
            if _orphaned(container["Labels"].get(OWNER, ""), container["State"]):
                with contextlib.suppress(DockerException):
                    client.remove_container(container["Id"], force=True, v=True)
                    removed += 1
    except DockerException as error:
        raise ExecutorError(f"the Docker Engine does not answer: {_one_line(error)}") from None
    finally:
        client.close()
    return removed


def owner_label() -> str:
    """Identifies this process among all that may share an engine."""
    return f"{_world()} {os.getpid()} {_started(os.getpid())}"


def _orphaned(owner: str, state: str) -> bool:
    world, pid, started = (["", "", "", *owner.rsplit(" ", 2)])[-3:]
    if world != _world() or not pid.isdigit():
        # Another machine's, or another boot's: its input has ended with its owner, so it has, too.
        return state in ("exited", "dead")
    return _started(int(pid)) != started


def _world() -> str:
    """The machine's boot and the pid namespace: where a process id means something."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _started(pid: int) -> str:
    """When a process started, so that a reused id is not taken for its owner; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        pass
    if Path("/proc").is_dir() and Path("/proc/self").exists():
        return ""
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "alive"


def _one_line(error: BaseException) -> str:
    text = getattr(error, "explanation", None) or str(error)
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    return str(text).strip().splitlines()[-1] if str(text).strip() else type(error).__name__
