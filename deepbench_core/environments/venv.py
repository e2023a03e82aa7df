"""Building an environment as a virtual environment on this machine."""

from __future__ import annotations

import json
import os
import shutil
import sys

from deepbench_core.environments.definition import LIST_VERSIONS, Environment, Progress, check_complete
from deepbench_core.environments.pip import pip, run
from deepbench_core.errors import EnvironmentBuildError

VERSIONS = "versions.json"


def versions(environment: Environment) -> dict[str, str] | None:
    """What the built environment holds; None where it is not there."""
    # The interpreter that the venv points to may have been removed since.
    if not (environment.venv / "bin" / "python").exists():
        return None
    try:
        found: dict[str, str] = json.loads((environment.venv / VERSIONS).read_text(encoding="utf-8"))["versions"]
    except (OSError, ValueError):
        return None
    return found


def build(environment: Environment, say: Progress) -> None:
    """Install into a temporary folder beside the final one, then rename: never a half-built environment."""
    required = tuple(int(part) for part in environment.python.removeprefix(">=").split("."))
    if sys.version_info[:2] < required:
        raise EnvironmentBuildError(f"{environment.name}: needs Python {environment.python}, this is {sys.version}")
    partial = environment.venv.with_name(f".{environment.venv.name}.partial")
    old = environment.venv.with_name(f".{environment.venv.name}.old")
    shutil.rmtree(partial, ignore_errors=True)  # left by a build that was killed; the lock is ours
    try:
        say(f"{environment.name}: creating a virtual environment with Python {sys.version.split()[0]}")
        # The base interpreter, not the application's venv: `home` in pyvenv.cfg must name what the box has to mount.
        base = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
        run([base, "-m", "venv", "--without-pip", str(partial)], environment, say)
        python = str(partial / "bin" / "python")
        with pip() as command:
            install = [
                *command,
                "--python",
                python,
                "install",
                "--prefer-binary",
                "--no-input",
                "--progress-bar",
                "off",
            ]
            run([*install, *environment.wanted], environment, say)
        say(f"{environment.name}: recording versions")
        found = json.loads(run([python, "-I", "-c", LIST_VERSIONS], environment, lambda _: None))
        check_complete(environment, found)
        (partial / VERSIONS).write_text(json.dumps({"versions": found}, indent=1), encoding="utf-8")
        shutil.rmtree(old, ignore_errors=True)
        if environment.venv.exists():
            environment.venv.rename(old)
        partial.rename(environment.venv)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
