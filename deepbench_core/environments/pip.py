"""Running pip, and saying what it does in lines for people."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepbench_core.environments.definition import Environment, Progress
from deepbench_core.errors import EnvironmentBuildError

QUIET = ("--no-input", "--progress-bar", "off")


@contextmanager
def pip() -> Iterator[list[str]]:
    """A pip that can install into another interpreter (22.3 or newer): ours, else one in a throw-away venv."""
    own = [sys.executable, "-m", "pip"]
    asked = subprocess.run([*own, "--version"], capture_output=True, text=True, check=False, env=own_environment())
    version = asked.stdout.split()
    if len(version) > 1 and tuple(int(p) for p in re.findall(r"\d+", version[1])[:2]) >= (22, 3):
        yield own
        return
    with tempfile.TemporaryDirectory(prefix="deepbench-pip-") as folder:
        made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, text=True, check=False)
        if made.returncode:
            raise EnvironmentBuildError(f"no pip here, and venv can't make one: {last_line(made.stdout + made.stderr)}")
        yield [str(Path(folder) / "bin" / "python"), "-m", "pip"]


def run(command: list[str], environment: Environment, say: Progress) -> str:
    """Run a command, report pip's telling lines, return its output.

    Raises EnvironmentBuildError with its last line.
    """
    lines: list[str] = []
    # A group of its own, so that an interrupt ends pip's children too. Readable by the sandbox's uid, whatever
    # our own umask is.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        umask=0o022,
        start_new_session=True,
        env=own_environment(),
    )
    assert process.stdout is not None
    try:
        for raw in process.stdout:
            line = raw.strip()
            lines.append(line)
            if line.startswith(("Collecting ", "Processing ", "Downloading ", "Installing collected packages")):
                say(f"{environment.name}: {shorten(line)}")
        status = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        process.stdout.close()
    if status:
        errors = [line for line in lines if line.startswith("ERROR")]
        raise EnvironmentBuildError(f"{environment.name}: {last_line(chr(10).join(errors or lines))}")
    return "\n".join(lines)


def own_environment() -> dict[str, str]:
    """Ours, with pip's options but without what would make pip take other folders' packages for installed."""
    misleading = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"}
    return {k: v for k, v in os.environ.items() if k not in misleading} | {"PYTHONUNBUFFERED": "1"}


def shorten(line: str) -> str:
    """A line for people: without addresses and temporary paths, at most 100 characters."""
    line = re.sub(r"\s*\(from .*?\)\s*$", "", line)
    line = re.sub(r"(https?://|file://|(?<=^Processing )/)\S*/", "", line)
    return line if len(line) <= 100 else line[:99] + "…"


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
