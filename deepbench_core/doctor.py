"""What this machine has, what it lacks, and the command that gets it. Data only; the CLI renders it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deepbench_core import engine, environments, paths
from deepbench_core.errors import DeepBenchError, ExecutorError

# `missing` is needed and not there; `optional` is not there and something else does without it.
State = Literal["ok", "missing", "optional"]

NEEDED_GB = 5


@dataclass(frozen=True)
class Check:
    """One thing looked at. `fix` is a command to copy, empty where there is none or nothing to mend."""

    name: str
    state: State
    detail: str
    fix: str = ""


def run_checks() -> list[Check]:
    """All checks, in the order in which a person would mend them. Never raises for what a machine lacks."""
    docker, local = _docker(), _local()
    sandboxes = [docker, local]
    if all(check.state != "ok" for check in sandboxes):
        sandboxes = [Check(check.name, "missing", check.detail, check.fix) for check in sandboxes]
    home = _writable("home", paths.home_dir, "$DEEPBENCH_HOME")
    checks = [Check("python", "ok", platform.python_version()), home]
    checks += [_writable("results", paths.results_dir, "$DEEPBENCH_RESULTS"), _disk(), *sandboxes]
    if home.state == "ok":  # where environments and models would be
        checks += [*_environments(docker.state == "ok", local.state == "ok"), _model()]
    checks.append(_browser())
    return checks


def _docker() -> Check:
    name = "docker engine"
    try:
        client = engine.connect(timeout=5)
    except ExecutorError as error:
        reason = str(error).partition(";")[0]
        if shutil.which("dockerd") or shutil.which("docker"):
            return Check(name, "optional", f"{reason}; --executor docker can't be used", "systemctl start docker")
        return Check(name, "optional", f"{reason}; --executor docker can't be used", _install("docker.io"))
    try:
        version = client.version().get("Version", "?")
    except Exception as error:
        return Check(name, "optional", f"answers with an error: {error}", "docker version")
    finally:
        client.close()
    return Check(name, "ok", f"{version}; runs samples in hardened containers")


def _local() -> Check:
    from deepbench_core.executors.local import find_mode

    name = "local sandbox"
    try:
        mode = find_mode()
    except ExecutorError as error:
        detail = str(error).partition(";")[0].removeprefix("no sandbox here: ")
        fix = _install("bubblewrap") if sys.platform == "linux" else ""
        return Check(name, "optional", f"{detail}; --executor local needs --unsafe", fix)
    if mode == "bwrap":
        return Check(name, "ok", "bubblewrap; runs samples without Docker")
    return Check(name, "ok", "user namespaces; bubblewrap would be the better tested way")


def _environments(docker: bool, local: bool) -> list[Check]:
    """A run builds what it lacks, so none of these is needed beforehand."""
    checks = []
    for name in environments.environment_names():
        for kind, wanted, option in (("venv", local, ""), ("image", docker, " --for docker")):
            if not wanted:
                continue
            title = f"environment {name} ({kind})"
            try:
                built = environments.find_built(name, "venv" if kind == "venv" else "image")
            except DeepBenchError as error:
                checks.append(Check(title, "missing", str(error)))
                continue
            if built is not None:
                checks.append(Check(title, "ok", f"{len(built.versions) - 1} packages, {built.reference}"))
                continue
            detail = "not built yet; the first run that needs it builds it"
            checks.append(Check(title, "optional", detail, f"deepbench env build {name}{option}"))
    if not checks:
        checks.append(Check("environments", "missing", f"none is defined in {paths.environments_dir()}"))
    return checks


def _model() -> Check:
    from deepbench_core.models.local_files import DEFAULT_MODEL, local_models
    from deepbench_core.models.local_server import is_installed

    name = "local models"
    if not is_installed():
        detail = "no local/… model can be asked; those of providers can"
        return Check(name, "optional", detail, "pip install 'deepbench[local]'")
    there = local_models()
    return Check(name, "ok", ", ".join(there) if there else f"{DEFAULT_MODEL} is fetched on first use")


def _browser() -> Check:
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if found:
        return Check("chromium", "ok", f"{found}; for the browser tests only")
    return Check("chromium", "optional", "not installed; the browser tests are skipped", _install("chromium"))


def _disk() -> Check:
    folder = _existing(_home_without_making_it())
    free = shutil.disk_usage(folder).free / 1e9
    if free >= NEEDED_GB:
        return Check("disk", "ok", f"{free:.0f} GB free at {folder}")
    detail = f"{free:.1f} GB free at {folder}; an environment takes up to {NEEDED_GB} GB"
    return Check("disk", "missing", detail, "export DEEPBENCH_HOME=/a/folder/with/space")


def _writable(name: str, folder: Callable[[], Path], variable: str) -> Check:
    fix = f"export {variable.removeprefix('$')}=/a/folder/of/yours"
    try:
        where = folder()
        with tempfile.TemporaryFile(dir=_existing(where)):
            pass
    except OSError as error:
        return Check(name, "missing", f"can't write: {error.filename or ''} {error.strerror}", fix)
    return Check(name, "ok", str(where))


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next((p for p in (folder, *folder.absolute().parents) if p.is_dir()), Path("/"))


def _home_without_making_it() -> Path:
    try:
        return paths.home_dir()
    except OSError:
        return Path(os.environ.get("DEEPBENCH_HOME") or Path.home())


def _install(package: str) -> str:
    """The command of this system's package manager."""
    for manager, command in (("apt-get", "apt-get install"), ("dnf", "dnf install"), ("pacman", "pacman -S")):
        if shutil.which(manager):
            name = {"docker.io": "docker"}.get(package, package) if manager != "apt-get" else package
            return f"sudo {command} {name}"
    return f"brew install {package}" if sys.platform == "darwin" and package != "bubblewrap" else ""
