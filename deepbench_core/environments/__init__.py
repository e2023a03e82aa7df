"""Environments: what generated code may import. Defined in `environments/<name>/`, built as a venv or as an image.

Generated code never runs in the application's own environment. A definition is a folder::

    environments/<name>/
        environment.toml    description, python, and what a warm worker imports once: preload, and aside
        requirements.txt    every package pinned, pytest and pyseccomp among them
        Dockerfile          ARG BASE_IMAGE; installs from wheels/, without a network
        wheels/             optional: packages that no index has, built by hand
"""

from __future__ import annotations

import os

from deepbench_core.environments import image, venv
from deepbench_core.environments.definition import (
    IMAGE_PYTHON,
    Built,
    Environment,
    Kind,
    Progress,
    environment_names,
    load_environment,
)
from deepbench_core.errors import EnvironmentBuildError

__all__ = [
    "IMAGE_PYTHON",
    "Built",
    "Environment",
    "Kind",
    "Progress",
    "build",
    "environment_names",
    "find_built",
    "load_environment",
]

DEFAULT_BASE_IMAGE = "python:3.11-slim"


def find_built(name: str, kind: Kind = "venv") -> Built | None:
    """The built environment, or None if it has to be built (again)."""
    environment = load_environment(name)
    versions = venv.versions(environment) if kind == "venv" else image.versions(environment)
    if versions is None:
        return None
    return Built(environment, kind, str(environment.venv) if kind == "venv" else environment.image, versions)


def build(
    name: str,
    kind: Kind = "venv",
    *,
    progress: Progress | None = None,
    base_image: str | None = None,
    force: bool = False,
) -> Built:
    """Build an environment unless it is there already, and return it.

    Safe to call from several processes at once: one builds, the others wait and find it done. An interrupted build
    leaves nothing usable behind and is simply started again; what pip has already downloaded is kept.
    Raises EnvironmentBuildError whose message ends with pip's or the engine's last line.
    """
    from filelock import FileLock, Timeout

    environment = load_environment(name)
    say = progress or (lambda _: None)
    if not force and (built := find_built(name, kind)):
        return built
    folder = environment.venv.parent
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f".{name}.{kind}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"{name}: another process is building it; waiting")
        lock.acquire()
    try:
        if not force and (built := find_built(name, kind)):
            return built
        if kind == "venv":
            venv.build(environment, say)
        else:
            image.build(environment, base_image or os.environ.get("DEEPBENCH_BASE_IMAGE") or DEFAULT_BASE_IMAGE, say)
    except OSError as error:
        raise EnvironmentBuildError(f"{name}: {error.filename or folder}: {error.strerror or error}") from None
    finally:
        lock.release()
    if not (built := find_built(name, kind)):
        raise EnvironmentBuildError(f"{name}: was built but can't be found again in {folder}")
    say(f"{name}: ready ({len(built.versions) - 1} packages, Python {built.versions['python']})")
    return built
