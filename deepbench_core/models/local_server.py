"""Serves a GGUF file on the loopback interface, in a process of its own, for as long as a model is open."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import secrets
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from deepbench_core.errors import ProviderError, UserError
from deepbench_core.models.redaction import one_line

START_SECONDS = 180.0  # a large file comes from a slow disk
MISSING_PACKAGE = "local models need the package xllamacpp: pip install 'deepbench[local]'"


def is_installed() -> bool:
    """Whether files can be served at all; imports nothing."""
    return importlib.util.find_spec("xllamacpp") is not None


def idle_cores() -> int:
    """How many threads to compute with: the cores that nothing else uses, at least one.

    llama.cpp's threads wait for each other in busy loops: one more than there are free cores makes it several times
    slower. Above four logical cores half of them are taken, as llama.cpp does: the others share their units.
    """
    import psutil  # comes with the extra that brings the server

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    useful = cores if cores <= 4 else cores // 2
    # The quietest of a few moments: a run's own start (images, warm sandboxes) is over before the first answer.
    busy = min(psutil.cpu_percent(interval=0.3) for _ in range(4)) / 100 * (os.cpu_count() or 1)
    return max(1, min(useful, round(cores - busy)))


class LocalServer:
    """One served file. `address` ends in /v1; `key` keeps others on this machine out."""

    def __init__(self, path: Path, *, alias: str, parallel: int, context: int, threads: int = 0) -> None:
        """Start and wait until it answers. Raises UserError or ProviderError with one line."""
        if not is_installed():
            raise UserError(MISSING_PACKAGE)
        self.key = secrets.token_urlsafe(24)
        self._log: IO[bytes] = tempfile.TemporaryFile(prefix="deepbench-llama-")  # noqa: SIM115
        self._process = subprocess.Popen(
            # -P: the script's own folder must not shadow the standard library.
            [sys.executable, "-P", str(Path(__file__).with_name("serve_gguf.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,  # Ctrl-C is for the run, which may still want an answer
        )
        settings = {
            "path": str(path),
            "alias": alias,
            "parallel": parallel,
            "context": context,
            "threads": threads or idle_cores(),
            "key": self.key,
            "parent": os.getpid(),
        }
        try:
            answer = self._ask(json.dumps(settings).encode() + b"\n")
        except BaseException:
            self.close()
            raise
        if "address" not in answer:
            reason = one_line(self._reason() or str(answer.get("error", "it ended without a word")))
            self.close()
            raise ProviderError(f"{path.name} can't be served: {reason}")
        self.address = f"{answer['address']}/v1"

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ended(self) -> str:
        """One line on why the process is gone."""
        reason = one_line(self._reason() or "no log")
        return f"the local model's server ended (exit status {self._process.poll()}): {reason}"

    def close(self) -> None:
        """End the process; idempotent."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()

    def _ask(self, line: bytes) -> dict[str, object]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line)
            self._process.stdin.flush()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if select.select([self._process.stdout], [], [], 1.0)[0]:
                try:
                    answer = json.loads(self._process.stdout.readline() or b"{}")
                except ValueError:
                    return {}
                return answer if isinstance(answer, dict) else {}
        return {"error": f"not ready after {START_SECONDS:.0f} seconds"}

    def _reason(self) -> str:
        """The first line of the log that names an error: later ones only pass it on."""
        if self._log.closed:
            return ""
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 20_000))
        lines = self._log.read().decode(errors="replace").splitlines()
        errors = [line for line in lines if " E " in line or "rror" in line]
        line = (errors or lines[-1:] or [""])[0]
        # "0.00.014.031 E llama_model_load: error loading …": the time and the level say nothing to a user.
        return line.partition(" E ")[2] or line
