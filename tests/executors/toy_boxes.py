"""Helpers of these tests: a tiny environment and jobs for the toy judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deepbench_core import paths
from deepbench_core.executors import Job

TOY = Path(__file__).parent / "toy" / "judge"
DOCKERFILE = paths.environments_dir() / "torch-cpu" / "Dockerfile"

KINDS = [
    pytest.param("bwrap", marks=pytest.mark.bwrap),
    "namespaces",
    "plain",
    pytest.param("docker", marks=pytest.mark.docker),
]
CONFINED = [kind for kind in KINDS if kind != "plain"]


def write_environment(folder: Path, name: str, requirements: str = "iniconfig==2.3.1\n") -> Path:
    """A definition whose build takes a second."""
    made = folder / name
    made.mkdir(parents=True)
    (made / "environment.toml").write_text('description = "for tests"\npreload = []\n')
    (made / "requirements.txt").write_text(requirements)
    (made / "Dockerfile").write_text(DOCKERFILE.read_text())
    return made


def job(code: str, **fields: Any) -> Job:
    """A job for the toy judge: its code is a word that the toy knows."""
    defaults: dict[str, Any] = {"environment": "tiny", "expected": ("t",), "seconds": 1.0, "entry_points": ("f",)}
    return Job(key="k", code=code, tests="", **defaults | fields)
