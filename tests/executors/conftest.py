"""Boxes of every kind with a toy judge in them, so that the host's side is tested on its own and quickly."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from toy_boxes import TOY, write_environment

from deepbench_core import engine, paths
from deepbench_core.executors import docker, local, pool
from deepbench_core.executors.box import Limits
from deepbench_core.executors.pool import Pool


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with definitions and built environments of its own, shared by the session; its images go with it."""
    folder = tmp_path_factory.mktemp("tiny")
    write_environment(folder / "definitions", "tiny")
    yield folder
    if list(folder.glob("environments/*.image.json")):
        with contextlib.closing(engine.connect()) as client:
            for kind in ("judge", "environment"):
                labels = [f"deepbench={kind}", "deepbench.environment=tiny"]
                for image in client.images(filters={"label": labels}):
                    client.remove_image(image["Id"], force=True)


@pytest.fixture
def toy(tiny: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy judge in the tiny environment, with short patience."""
    monkeypatch.setattr(paths, "environments_dir", lambda: tiny / "definitions")
    (tiny / "environments").mkdir(exist_ok=True)
    own_home.mkdir()
    (own_home / "environments").symlink_to(tiny / "environments")
    monkeypatch.setattr(local, "JUDGE", TOY)
    monkeypatch.setattr(docker, "JUDGE", TOY)
    monkeypatch.setattr(docker, "judge_hash", lambda: "toy")
    monkeypatch.setattr(pool, "GRACE_SECONDS", 0.5)
    monkeypatch.setattr(pool, "CLEAN_SECONDS", 2.0)


@pytest.fixture
def open_pool(toy: None) -> Iterator[Callable[..., Pool]]:
    """Opens pools with toy judges; closes them after the test."""
    opened: list[Pool] = []

    def make(kind: str, *, workers: int = 1, limits: Limits | None = None, **options: Any) -> Pool:
        if kind == "namespaces" and (why := local._try_mode("namespaces")):
            pytest.skip(why)
        box = docker.DockerBox if kind == "docker" else partial(local.LocalBox, mode=kind)
        built = "image" if kind == "docker" else "venv"
        limits = limits or replace(Limits(), cpus=1.0)
        made = Pool(kind, box, kind=built, workers=workers, sandbox={"sandbox": kind}, limits=limits, **options)
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()
