"""A box: a sandbox with the judge's server in it, spoken to in frames. What docker and local have in common."""

from __future__ import annotations

import hashlib
import json
import struct
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from deepbench_core.environments import Built

JUDGE = Path(__file__).parent / "judge"
FRAME_LIMIT = 256 << 20  # the judge's own bound for a frame
READ_SIZE = 1 << 18
STDERR_KEPT = 8192
COMPILED_KEPT = 512  # problems' tests; some 15 KB each

_HEAD = struct.Struct(">I")

# What the server sees, in every kind of box. One thread per library: a slot is meant to be one core.
SERVER_ENVIRONMENT = {
    "PATH": "/opt/env/bin:/usr/local/bin:/usr/bin:/bin",
    "PYTHONPATH": "/opt/deepbench",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONNOUSERSITE": "1",
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "USER": "sample",
    "LOGNAME": "sample",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",  # a job may ask for more threads than there are idle cores
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
}


class BoxLost(Exception):
    """The box is gone: its output ended, or the engine says so."""


class BoxLate(Exception):
    """The box did not answer in time."""


class BoxBroken(Exception):
    """The box sent something that is no frame of the protocol."""


@dataclass(frozen=True)
class Limits:
    """What a box may use, whatever the sample's own limits are.

    `memory_mb` is for a sample; the libraries that the server holds, the tests' process and `/tmp` come on top.
    """

    memory_mb: int = 1024
    overhead_mb: int = 1024
    cpus: float = 2.0
    pids: int = 128
    scratch_mb: int = 256
    scratch_inodes: int = 20_000
    shm_mb: int = 64

    @property
    def total_mb(self) -> int:
        return self.memory_mb + self.overhead_mb


@dataclass
class PostMortem:
    """What is known of a box that ended."""

    out_of_memory: bool = False
    exit_code: int | None = None
    stderr: str = ""
    engine_gone: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    def evidence(self) -> dict[str, Any]:
        """For a judgement's evidence: what is known, without empty fields."""
        known = {"exit_code": self.exit_code, "out_of_memory": self.out_of_memory or None, **self.details}
        return {name: value for name, value in known.items() if value is not None}


class Box(ABC):
    """One sandbox. Used by one thread at a time, but for `interrupt`."""

    def __init__(self, built: Built, limits: Limits, hash_seed: int | None = None) -> None:
        self.built = built
        self.limits = limits
        self.hash_seed = hash_seed
        self.ready: dict[str, Any] = {}
        self.judged = 0
        self.job_id = ""
        self.oom_seen = False
        self.trusted = True  # until it gets code that nobody vouches for
        self._compiled: OrderedDict[str, str] = OrderedDict()  # tests → what its judge made of them
        self._received = bytearray()
        self._stderr = bytearray()

    @abstractmethod
    def start(self) -> None:
        """Bring the server up, without waiting for its first frame. Raises ExecutorError."""

    @abstractmethod
    def interrupt(self) -> None:
        """End its processes from another thread, so that whoever waits for an answer sees its end; `kill` follows."""

    @abstractmethod
    def kill(self) -> None:
        """End everything in it and remove what it left behind; idempotent."""

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether the server still runs, as far as that is known without asking anyone over a network."""

    @abstractmethod
    def post_mortem(self, patience: float = 0.0) -> PostMortem:
        """Why it ended; asked before `kill`. The status is known a moment after the output has ended: `patience`."""

    def oom_kills(self) -> int | None:
        """How many processes the kernel ended for lack of memory so far; None where that is not counted."""
        return None

    @abstractmethod
    def _read(self, seconds: float) -> bytes:
        """Some bytes of the server's output; b"" at its end. Raises BoxLate."""

    @abstractmethod
    def _write(self, data: memoryview, seconds: float) -> int:
        """Write some bytes, return how many. Raises BoxLate, BoxLost."""

    @property
    def server_environment(self) -> dict[str, str]:
        """What the server sees; hashes of strings differ from box to box unless a seed was asked for."""
        chosen = {} if self.hash_seed is None else {"PYTHONHASHSEED": str(self.hash_seed)}
        return SERVER_ENVIRONMENT | chosen

    def greet(self) -> None:
        """Tell the server what to import; `await_ready` waits for it."""
        hello = {
            "type": "hello",
            "preload": list(self.built.environment.preload),
            "memory_mb": self.limits.memory_mb,
            "uids": None,
            "scratch": self.scratch,
        }
        self.send(hello, time.monotonic() + 10)

    def await_ready(self, seconds: float) -> None:
        """Wait until the server's libraries are imported."""
        self.ready = self.receive(time.monotonic() + seconds)
        if self.ready.get("type") != "ready":
            raise BoxBroken(f"expected a ready frame, got {self.ready.get('type')!r}")
        if missing := self.ready.get("missing"):
            raise BoxBroken(f"the environment lacks what it should preload: {missing[0]}")

    @property
    def scratch(self) -> str:
        """The one folder that a sample may write to, as seen inside."""
        return "/tmp"

    def send(self, frame: dict[str, Any], deadline: float) -> None:
        """Send one frame before `deadline` (of the monotonic clock)."""
        body = json.dumps(frame).encode()
        data = memoryview(_HEAD.pack(len(body)) + body)
        while data:
            data = data[self._write(data, _left(deadline)) :]

    def receive(self, deadline: float) -> dict[str, Any]:
        """The next frame. Raises BoxLate, BoxLost, BoxBroken."""
        size = None
        while True:
            if size is None and len(self._received) >= _HEAD.size:
                (size,) = _HEAD.unpack(self._received[: _HEAD.size])
                if size > FRAME_LIMIT:
                    raise BoxBroken(f"a frame of {size} bytes")
            if size is not None and len(self._received) >= _HEAD.size + size:
                break
            part = self._read(_left(deadline))
            if not part:
                raise BoxLost("its output ended")
            self._received += part
        body = bytes(self._received[_HEAD.size : _HEAD.size + size])
        self._received = self._received[_HEAD.size + size :]
        try:
            frame = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BoxBroken(f"not JSON: {error}") from None
        if not isinstance(frame, dict):
            raise BoxBroken("a frame that is no object")
        return frame

    def compiled(self, tests: str) -> str:
        """What this box's judge made of these tests; empty before."""
        if tests in self._compiled:
            self._compiled.move_to_end(tests)
        return self._compiled.get(tests, "")

    def keep_compiled(self, tests: str, made: str) -> None:
        """Remember that, for this box's later samples."""
        self._compiled[tests] = made
        if len(self._compiled) > COMPILED_KEPT:
            self._compiled.popitem(last=False)

    @property
    def quiet(self) -> bool:
        """Whether nothing was received beyond the last frame."""
        return not self._received

    def _keep_stderr(self, part: bytes) -> None:
        self._stderr += part
        del self._stderr[:-STDERR_KEPT]

    def _stderr_text(self) -> str:
        return self._stderr.decode(errors="replace").strip()


@cache
def judge_hash() -> str:
    """Identifies the judge that this product ships; the same hash that its server reports."""
    digest = hashlib.sha256()
    for path in sorted(JUDGE.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise BoxLate
    return left
