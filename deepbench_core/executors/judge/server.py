"""The entry point in a box: `python -m judge.server`, frames on descriptors 0 and 1 (docs/architecture.md)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import sys
import time
import traceback
from pathlib import Path

from . import box
from .frames import Broken, Closed, read_json, write_json
from .supervisor import Lost, Supervisor


def judge_hash() -> str:
    """One hash over the judge's own files: verdicts of different judges are never mixed."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _take_descriptors() -> tuple[int, int]:
    """Move the host's lines away from 0 and 1, so that no stray print or child ever touches them."""
    host_in, host_out = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return host_in, host_out


def main() -> int:
    """Serve until the host closes its end; a status other than 0 says that the box is to be replaced."""
    started = time.monotonic()
    box.quietly(box.PR_SET_DUMPABLE, 0)  # first of all: in a box this is pid 1, and has the uid of the code
    host_in, host_out = _take_descriptors()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    os.umask(0o022)
    try:
        hello = read_json(host_in)
    except (Closed, Broken):
        return 2
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    zygote = os.fork()
    if zygote == 0:
        os.close(host_in)
        os.close(host_out)
        mine.close()
        from .zygote import serve

        try:
            serve(its, hello)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)
    its.close()
    ready = mine.recv(1 << 20)
    if not ready:
        return 3
    facts = json.loads(ready)
    supervisor = Supervisor(mine, zygote, hello)
    try:
        supervisor.clean()
        frame = {"type": "ready", "versions": facts["versions"], "judge": judge_hash()}
        if facts["missing"]:
            frame["missing"] = facts["missing"]
        write_json(host_out, {**frame, "seconds": round(time.monotonic() - started, 3)})
        while True:
            job = read_json(host_in)
            number = job.pop("id", None)  # of no use to the processes of the sample, and in no memory of theirs
            write_json(host_out, {**supervisor.judge(job), "id": number})
            left = supervisor.clean()
            write_json(host_out, {"type": "clean", "id": number, "leftovers": left})
    except (Closed, BrokenPipeError):
        return 0
    except (Broken, Lost) as error:
        print(f"judge: {error}", file=sys.stderr)
        return 4
    finally:
        with contextlib.suppress(OSError):
            os.kill(zygote, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
