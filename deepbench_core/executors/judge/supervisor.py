"""One sample from job to verdict to a clean box, watched from outside by pidfd and deadline."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import cleanup
from .frames import pack_json
from .verdict import Evidence, complete, decide, with_missing

OUTPUT_HEAD, OUTPUT_TAIL = 48 << 10, 16 << 10
REPORT_LIMIT = 64 << 20
GRACE = 2.0  # for the examiner to say how the code's process ended


class Lost(Exception):
    """The zygote is gone: this server can't judge any more."""


@dataclass
class Output:
    """What a process printed, cut in the middle."""

    fd: int
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    dropped: int = 0

    def drain(self) -> bool:
        """Take what is there now; False at the end of the pipe."""
        try:
            data = os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return True
        except OSError:
            return False
        room = OUTPUT_HEAD - len(self.head)
        self.head += data[:room]
        self.tail += data[room:] if room > 0 else data
        if len(self.tail) > OUTPUT_TAIL:
            self.dropped += len(self.tail) - OUTPUT_TAIL
            del self.tail[:-OUTPUT_TAIL]
        return bool(data)

    def text(self) -> str:
        """As text, with a note where something was left out."""
        note = f"\n[… {self.dropped} bytes left out …]\n".encode() if self.dropped else b""
        return (bytes(self.head) + note + bytes(self.tail)).decode("utf-8", "replace")


@dataclass
class Pair:
    """Two processes that wait for a job."""

    a: int
    b: int | None
    pidfd_a: int
    pidfd_b: int | None
    line: socket.socket
    output: Output
    noise: Output | None
    folder_a: Path
    folder_b: Path
    uid_a: int | None
    wire: socket.socket  # a copy of the code's end, to close the connection when that process is gone

    def waited(self) -> float:
        """Seconds for which the two could have run and the machine ran something else; 0 where that is not told."""
        found = 0.0
        for pid in (self.a, self.b):
            with contextlib.suppress(OSError, ValueError, IndexError):
                found += int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
        return found

    def close(self) -> None:
        """Close the server's ends."""
        self.line.close()
        self.wire.close()
        for fd in (self.pidfd_a, self.pidfd_b, self.output.fd, self.noise.fd if self.noise else None):
            if fd is not None:
                with contextlib.suppress(OSError):
                    os.close(fd)


class Line:
    """Frames from the examiner, read without ever waiting for it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.data = bytearray()
        self.size = 0
        self.open = True

    def frames(self) -> list[dict[str, Any]]:
        """All frames that are complete by now."""
        while self.open:
            try:
                part = self.sock.recv(1 << 20)
            except BlockingIOError:
                break
            except OSError:
                part = b""
            if not part:
                self.open = False
            self.data += part
            self.size += len(part)
            if self.size > REPORT_LIMIT:
                self.open = False
        found = []
        while len(self.data) >= 4:
            (size,) = struct.unpack(">I", self.data[:4])
            if len(self.data) < 4 + size:
                break
            with contextlib.suppress(ValueError):
                frame = json.loads(self.data[4 : 4 + size])
                if isinstance(frame, dict):
                    found.append(frame)
            del self.data[: 4 + size]
        return found


class Supervisor:
    """Owns the zygote's control line and the pair that waits."""

    def __init__(self, control: socket.socket, zygote: int, hello: dict[str, Any]) -> None:
        self.control, self.zygote = control, zygote
        self.scratch = Path(hello.get("scratch") or "/tmp")
        self.uids = hello.get("uids")
        self.memory_mb = int(hello.get("memory_mb") or 1024)
        self.count = 0
        self.private = cleanup.private_ipc()
        self.ended: dict[int, list[int]] = {}
        self.processes = _process_limit() if self.uids is None else 128
        if self.uids is not None and not _may_change_user():
            self.uids, self.processes = None, _process_limit()
        self.ancestors = cleanup.ancestors(os.getpid())
        self.next: Pair | None = None
        self.usual = "split"  # the judge of the last job: the next pair is forked for it ahead of its job

    def order(self, message: dict[str, Any], fds: list[int] | None = None) -> dict[str, Any]:
        """One order to the zygote and its answer."""
        try:
            socket.send_fds(self.control, [json.dumps(message).encode()], fds or [])
            data = self.control.recv(1 << 20)
        except OSError as error:
            raise Lost(str(error)) from None
        if not data:
            raise Lost("the zygote is gone")
        answer: dict[str, Any] = json.loads(data)
        return answer

    def reap(self) -> None:
        """Collect the statuses of what ended."""
        for pid, status in self.order({"op": "reap"})["ended"].items():
            self.ended[int(pid)] = status

    def fork_pair(self, integrity: str = "split") -> Pair:
        """Fork the processes of the next sample and prepare their folders."""
        self.count += 1
        order: dict[str, Any] = {"op": "pair", "integrity": integrity, "processes": self.processes}
        order |= {"scratch": str(self.scratch), "ancestors": self.ancestors}
        uid_a = uid_b = None
        if self.uids is not None:
            first, last = self.uids
            span = (last - first + 1) // 2
            uid_a = first + 2 * (self.count % span)
            uid_b = uid_a + 1
        name = os.urandom(6).hex()
        folder_a, folder_b = self.scratch / f"a-{name}", self.scratch / f"b-{name}"
        for folder, uid, mode in ((folder_a, uid_a, 0o755), (folder_b, uid_b, 0o711)):
            folder.mkdir()
            folder.chmod(mode)
            if uid is not None:
                os.chown(folder, uid, uid)
        order |= {"uid_a": uid_a, "uid_b": uid_b, "folder_a": str(folder_a), "folder_b": str(folder_b)}
        wire_a, wire_b = socket.socketpair()
        line, line_b = socket.socketpair()
        out, out_a = os.pipe()
        noise, out_b = os.pipe()
        answer = self.order(order, [wire_a.fileno(), wire_b.fileno(), line_b.fileno(), out_a, out_b])
        for sock in (wire_b, line_b):
            sock.close()
        for fd in (out_a, out_b):
            os.close(fd)
        for fd in (out, noise):
            os.set_blocking(fd, False)
        a, b = answer["a"], answer["b"]
        return Pair(
            a, b, os.pidfd_open(a), os.pidfd_open(b) if b else None, line,
            Output(out), Output(noise), folder_a, folder_b, uid_a, wire_a,
        )  # fmt: skip

    def judge(self, job: dict[str, Any]) -> dict[str, Any]:
        """The verdict frame of one job."""
        started = time.monotonic()
        integrity = "in-process" if job.get("integrity") == "in-process" else "split"
        self.usual = integrity
        if self.next is None or (self.next.b is None) != (integrity == "in-process"):
            if self.next is not None:
                self.discard(self.next)
            self.next = self.fork_pair(integrity)
        pair = self.next
        seconds = float(job.get("seconds") or 10)
        expected = job.get("expected")
        evidence = Evidence(seconds_limit=seconds, memory_mb=int(job.get("memory_mb") or self.memory_mb))
        evidence.in_process = integrity == "in-process"
        kills_before = oom_kills()
        flags: list[str] = []
        try:
            pair.line.settimeout(min(seconds, 20))
            pair.line.sendall(pack_json({**job, "memory_mb": evidence.memory_mb, "integrity": integrity}))
        except OSError:
            pass  # the pair died while it waited; seen below
        pair.line.setblocking(False)  # a timeout would make recv wait, whatever its flags say
        allowance = max(0.0, float(job.get("most_seconds") or 0) - seconds)
        self._watch(pair, evidence, started + seconds, allowance, flags)
        evidence.output = pair.output.text()
        self._statuses(pair, evidence)
        evidence.oom_kills = max(0, oom_kills() - kills_before)
        known = {pair.a, pair.b or 0}
        evidence.orphans = cleanup.orphans(self.zygote, known)
        if not evidence.orphans and cleanup.alive(
            [pid for pid in cleanup.descendants(self.zygote) if pid not in known]
        ):
            time.sleep(0.02)  # one that is just about to detach itself
            evidence.orphans = cleanup.orphans(self.zygote, known)
        verdict, message, limit = decide(evidence, expected)
        end = evidence.end or {}
        noise = pair.noise.text() if pair.noise else ""
        found = {
            "candidate": evidence.candidate,
            "examiner": evidence.examiner,
            "oom_kills": evidence.oom_kills,
            **({"waited_seconds": round(evidence.waited, 3)} if evidence.waited > 0 else {}),
            **(end.get("evidence") or {}),
        }
        if verdict == "harness" and noise:
            found["noise"] = noise[-4000:]
        if end.get("load_traceback"):
            found["traceback"] = end["load_traceback"]
        tests = with_missing(evidence.tests, expected)
        if verdict == "passed" and not complete(tests, expected):  # can't happen; a bug must not make a pass
            verdict, message = "harness", "inconsistent verdict"
        return {
            "type": "verdict",
            "id": job.get("id"),
            "verdict": verdict,
            "integrity": integrity,
            "tests": tests,
            "seconds": round(sum(test["seconds"] for test in evidence.tests), 6),
            "message": message,
            "output": evidence.output,
            "limit": limit,
            "flags": sorted({*flags, *(end.get("flags") or [])}),
            "evidence": found,
            **({"compiled": evidence.compiled} if evidence.compiled else {}),
        }

    def _watch(self, pair: Pair, evidence: Evidence, limit: float, allowance: float, flags: list[str]) -> None:
        """Follow both processes until the report is there, the time is up, or nobody is left to report.

        Time in which the machine was too busy to run them doesn't count, up to `allowance` seconds.
        """
        line, first = Line(pair.line), True
        before = pair.waited()
        poll = select.poll()
        for fd in (
            pair.line.fileno(),
            pair.output.fd,
            pair.pidfd_a,
            pair.pidfd_b,
            pair.noise.fd if pair.noise else None,
        ):
            if fd is not None:
                poll.register(fd, select.POLLIN)
        deadline = last = limit
        while evidence.end is None:
            left = deadline - time.monotonic()
            if left <= 0 and deadline == last:
                evidence.waited = min(pair.waited() - before, allowance)
                deadline = last = max(last, limit + evidence.waited)
                left = deadline - time.monotonic()
            if left <= 0:
                evidence.timed_out = time.monotonic() >= last
                break
            for fd, _ in poll.poll(max(1, left * 1000)):
                if fd == pair.line.fileno():
                    for frame in line.frames():
                        if frame.get("type") == "test":
                            evidence.tests.append(frame["test"])
                        elif frame.get("type") == "flags":
                            flags += frame["flags"]
                        elif frame.get("type") == "compiled" and first and pair.b is not None:
                            # The first frame alone: it is sent before the examiner has heard anything from the code.
                            evidence.compiled = str(frame.get("code"))
                        elif frame.get("type") == "end":
                            evidence.end, evidence.before_code = frame, first
                        first = False
                    if not line.open:
                        poll.unregister(fd)
                        if pair.b is None or evidence.end is not None:
                            deadline = min(deadline, time.monotonic() + 0.2)
                elif fd in (pair.output.fd, pair.noise.fd if pair.noise else -1):
                    output = pair.output if fd == pair.output.fd else pair.noise
                    if output is not None and not output.drain():
                        poll.unregister(fd)
                else:  # a process ended
                    poll.unregister(fd)
                    if fd == pair.pidfd_a:
                        # Children of the code may still hold its end: without this the examiner would wait for them.
                        with contextlib.suppress(OSError):
                            pair.wire.shutdown(socket.SHUT_RDWR)
                    deadline = min(deadline, time.monotonic() + (GRACE if fd == pair.pidfd_a else 0.2))
        for output in (pair.output, pair.noise):
            for _ in range(64):
                before = len(output.head) + len(output.tail) + output.dropped if output else 0
                if (
                    output is None
                    or not output.drain()
                    or len(output.head) + len(output.tail) + output.dropped == before
                ):
                    break

    def _statuses(self, pair: Pair, evidence: Evidence) -> None:
        """How the two ended, if they did so by themselves before now."""
        self.reap()
        evidence.candidate = self.ended.get(pair.a)
        evidence.examiner = self.ended.get(pair.b) if pair.b else None
        if evidence.candidate is not None and evidence.candidate[1] == signal.SIGXCPU:
            evidence.cpu_limit = True

    def discard(self, pair: Pair, successor: Pair | None = None) -> int:
        """End a pair and whatever it started, and remove its files; returns what resisted."""
        sweep = None
        if pair.uid_a is not None:
            sweep = lambda: self.order({"op": "sweep", "uid": pair.uid_a})  # noqa: E731
        spare = frozenset() if successor is None else frozenset({successor.a, successor.b or 0})
        left = cleanup.kill_all(self.zygote, self.reap, sweep, spare)
        pair.close()
        self.ended.clear()
        keep = {cleanup.STAGE}
        if successor is not None:
            keep |= {successor.folder_a.name, successor.folder_b.name}
        left += cleanup.empty_folder(self.scratch, frozenset(keep))
        if self.private:
            left += cleanup.remove_shared_memory()
        return left

    def clean(self) -> int:
        """After a verdict: end, wipe, and fork the next pair."""
        pair, self.next = self.next, None
        left = 0
        if pair is not None and set(cleanup.descendants(self.zygote)) <= {pair.a, pair.b}:
            # Nobody else is there, and what has got a SIGKILL runs no more code: the next pair is forked while the old
            # one's memory is given back.
            for pidfd in (pair.pidfd_a, pair.pidfd_b):
                if pidfd is not None:
                    with contextlib.suppress(OSError):
                        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            self.next = self.fork_pair(self.usual)
            left = self.discard(pair, self.next)
        else:
            if pair is not None:
                left = self.discard(pair)
            self.next = self.fork_pair(self.usual)
        return left


def oom_kills() -> int:
    """How often the kernel ended a process of this box's control group for memory; 0 where that can't be read."""
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            for row in Path(path).read_text().splitlines():
                name, _, value = row.partition(" ")
                if name == "oom_kill":
                    return int(value)
        except (OSError, ValueError):
            continue
    return 0


def _may_change_user() -> bool:
    """CAP_SETUID, CAP_SETGID, CAP_KILL and CAP_CHOWN, or one uid for all."""
    for row in Path("/proc/self/status").read_text().splitlines():
        if row.startswith("CapEff:"):
            effective = int(row.split()[1], 16)
            return all(effective >> bit & 1 for bit in (0, 1, 5, 6, 7))
    return False


def _process_limit() -> int | None:
    """RLIMIT_NPROC counts all of a user's tasks: what there is already, plus 128 for the sample."""
    uid, tasks = os.getuid(), 0
    if uid == 0:
        return None
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == uid:
                    tasks += len(list(os.scandir(f"/proc/{entry.name}/task")))
    return tasks + 128
