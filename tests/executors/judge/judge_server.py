"""A judge server as a plain process, spoken to in frames."""

from __future__ import annotations

import json
import struct
import subprocess
from pathlib import Path
from typing import Any

JUDGE = Path(__file__).parents[3] / "deepbench_core" / "executors" / "judge"


class Server:
    """One judge server."""

    def __init__(
        self, python: Path, folder: Path, preload: list[str], uids: list[int] | None = None, packages_too: str = ""
    ) -> None:
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        packages = folder / "path"  # the judge alone: its neighbours would shadow the standard library
        packages.mkdir()
        (packages / "judge").symlink_to(JUDGE)
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{packages}:{packages_too}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.process = subprocess.Popen(
            [str(python), "-m", "judge.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd="/",
        )
        self.send({"type": "hello", "preload": preload, "memory_mb": 1024, "uids": uids, "scratch": str(self.scratch)})
        self.ready = self.read()
        self.clean: dict[str, Any] = {}

    def send(self, frame: dict[str, Any]) -> None:
        body = json.dumps(frame).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(struct.pack(">I", len(body)) + body)
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        head = self.process.stdout.read(4)
        assert len(head) == 4, "the server is gone"
        frame: dict[str, Any] = json.loads(self.process.stdout.read(struct.unpack(">I", head)[0]))
        return frame

    def judge(self, code: str, tests: str, entry_points: list[str], **more: Any) -> dict[str, Any]:
        """Judge one sample; the box is clean again when this returns."""
        job = {"expected": None, "seconds": 20, "memory_mb": 1024, "integrity": "split", "copy_back": [], "seed": 0}
        job |= {"type": "judge", "id": "sample", "code": code, "tests": tests, "entry_points": entry_points, **more}
        self.send(job)
        verdict = self.read()
        self.clean = self.read()
        return verdict

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
