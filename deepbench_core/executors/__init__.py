"""Judging code: `open_executor` gives a pool of warm sandboxes that turn a `Job` into a `Judgement`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

from deepbench_core.errors import UserError
from deepbench_core.executors.types import Executor, Job, Judgement, TestOutcome

if TYPE_CHECKING:
    from deepbench_core.environments import Progress
    from deepbench_core.executors.pool import Pool

__all__ = ["Executor", "ExecutorName", "Job", "Judgement", "TestOutcome", "default_workers", "open_executor"]

ExecutorName = Literal["auto", "docker", "local"]


def open_executor(
    name: str = "auto",
    *,
    workers: int | None = None,
    unsafe: bool = False,
    environments: Iterable[str] = (),
    hash_seed: int | None = None,
    on_progress: Progress | None = None,
) -> Pool:
    """Open an executor; a context manager. `auto` is docker where an engine answers, else local.

    `environments` are built now if they are missing, others when the first job asks for them. `unsafe` allows the
    local executor to run code as a plain process where no sandbox can be had. `hash_seed` fixes PYTHONHASHSEED in
    every box, which an interpreter only reads at its start.
    Raises UserError for an unknown name, ExecutorError when there is no sandbox, EnvironmentBuildError.
    """
    from deepbench_core import engine

    if name not in get_args(ExecutorName):
        raise UserError(f"no executor {name!r}; there is {', '.join(get_args(ExecutorName))}")
    if workers is not None and workers < 1:
        raise UserError(f"workers: is {workers}, must be 1 or more")
    if name == "auto":
        name = "docker" if engine.available() else "local"
    opened = (
        _open_docker(workers or default_workers(), hash_seed, on_progress)
        if name == "docker"
        else _open_local(workers or default_workers(), unsafe, hash_seed, on_progress)
    )
    try:
        opened.prepare(environments)
    except BaseException:
        opened.close()
        raise
    return opened


def default_workers() -> int:
    """One slot per core, as far as memory goes: a warm box with a sample in it takes up to 2 GB."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else (os.cpu_count() or 1)
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return max(1, cores)
    return max(1, min(cores, memory // (2 << 30)))


def _open_docker(workers: int, hash_seed: int | None, on_progress: Progress | None) -> Pool:
    from deepbench_core import engine
    from deepbench_core.executors.box import Limits
    from deepbench_core.executors.docker import DockerBox, sweep
    from deepbench_core.executors.pool import Pool

    client = engine.connect()
    try:
        about = client.info()
    finally:
        client.close()
    sweep()
    limits = Limits()
    limits = replace(limits, cpus=min(limits.cpus, float(about.get("NCPU") or 1)))  # the engine refuses more
    sandbox = {"sandbox": "container", "engine": about.get("ServerVersion", "")}
    return Pool(
        "docker",
        partial(DockerBox, hash_seed=hash_seed),
        kind="image",
        workers=workers,
        sandbox=sandbox,
        limits=limits,
        on_progress=on_progress,
    )


def _open_local(workers: int, unsafe: bool, hash_seed: int | None, on_progress: Progress | None) -> Pool:
    from deepbench_core.executors.local import LocalBox, find_mode, sweep
    from deepbench_core.executors.pool import Pool

    mode = find_mode(unsafe=unsafe)
    sweep()
    make_box = partial(LocalBox, mode=mode, hash_seed=hash_seed)
    sandbox = {"sandbox": "none" if mode == "plain" else mode}
    return Pool("local", make_box, kind="venv", workers=workers, sandbox=sandbox, on_progress=on_progress)
