"""The Docker Engine: finding it, and one line when it is not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from deepbench_core.errors import ExecutorError


def connect(*, timeout: float = 60.0) -> Any:
    """A low-level client (`docker.APIClient`) of the engine that answers first; the caller closes it.

    `$DOCKER_HOST` if set, else the usual sockets: the system's, Docker Desktop's, a rootless engine's.
    Raises ExecutorError when none answers.
    """
    import docker  # 0.3 s, and only some commands need it
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env

    reason = "no socket found"
    for address in _addresses():
        arguments: dict[str, Any] = kwargs_from_env() if address is None else {"base_url": address}
        client = None
        try:
            client = docker.APIClient(**arguments, version="auto", timeout=min(timeout, 3.0))
            client.ping()
        except (DockerException, OSError, ValueError) as error:
            reason = _last_part(error)
            if client is not None:
                client.close()
            continue
        client.timeout = timeout
        return client
    raise ExecutorError(f"no Docker Engine answers ({reason}); start one, or use --executor local")


def available() -> bool:
    """Whether an engine answers, within a few seconds."""
    try:
        connect(timeout=3.0).close()
    except ExecutorError:
        return False
    return True


def _addresses() -> list[str | None]:
    if os.environ.get("DOCKER_HOST"):
        return [None]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    sockets = [
        Path("/var/run/docker.sock"),
        Path.home() / ".docker/run/docker.sock",
        *([Path(runtime) / "docker.sock"] if runtime else []),
    ]
    found: list[str | None] = [f"unix://{path}" for path in sockets if path.exists()]
    return found if found or os.name != "nt" else [None]


def _last_part(error: BaseException) -> str:
    """The innermost reason of a chain of errors; the outer ones repeat it within parentheses."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__ or error
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().splitlines()[-1] if str(text).strip() else type(error).__name__
