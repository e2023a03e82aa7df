"""Control groups that owners left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepbench_core.executors import cgroups

GONE = 2**22 + 1  # above every pid that Linux gives


def test_only_groups_without_an_owner_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"memory/deepbench-{GONE}-0", f"deepbench-{GONE}-1", f"a/b/deepbench-{GONE}-2"]
    kept = [f"memory/deepbench-{os.getpid()}-0", "memory/other", "memory/deepbench-x-0"]
    for name in [*names, *kept]:
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(cgroups, "ROOT", tmp_path)
    cgroups.sweep()
    assert [name for name in names if (tmp_path / name).exists()] == []
    assert all((tmp_path / name).is_dir() for name in kept)


def test_a_group_may_go_while_the_sweep_looks_into_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Vanishing:
        def glob(self, pattern: str) -> Iterator[Path]:
            yield from tmp_path.glob(pattern)
            raise FileNotFoundError(2, "No such file or directory", "/sys/fs/cgroup/memory/deepbench-1-0")

    left = [tmp_path / "memory" / f"deepbench-{GONE}-0", tmp_path / f"deepbench-{GONE}-1"]
    for folder in left:
        folder.mkdir(parents=True)
    monkeypatch.setattr(cgroups, "ROOT", Vanishing())
    cgroups.sweep()
    assert not any(folder.exists() for folder in left)
