"""The index of what the environment's libraries have, made by the environment's own interpreter."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepbench_core import environments
from deepbench_core.diagnosis import names


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    names.index.cache_clear()
    yield
    names.index.cache_clear()


def test_the_index_knows_what_is_installed_and_torch_is_never_imported_here(built_home: Path) -> None:
    index = names.index("torch-cpu")
    assert index.find("torch.nn.functional.softmax") == names.Known(
        "function", ("input", "dim", "_stacklevel", "dtype")
    )
    assert index.find("torch.pairwise_iou") is None
    assert index.find("some_package.anything") == "unknown"
    assert index.resolve("F.relu", {"F": "torch.nn.functional"}) == "torch.nn.functional.relu"
    assert "unsqueeze" in index.members("Tensor")
    assert "in_channels" not in index.members("Tensor")
    assert index.homes("DataLoader")[0].startswith("torch.utils")
    assert index.has_module("torch.nn.functionals") is False
    assert index.has_module("never_installed") is None
    assert "torch" not in sys.modules
    # The second time it is read, not made.
    names.index.cache_clear()
    assert names.index("torch-cpu", make=False).find("torch.cat") not in (None, "unknown")


def test_an_environment_that_is_not_built_accuses_nobody(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")  # where an engine answers, it may have the image
    index = names.index("torch-cpu")
    assert index.find("torch.pairwise_iou") == "unknown"
    assert index.members("Tensor") == frozenset()


def test_a_broken_index_is_made_again(built_home: Path) -> None:
    path = names._path(environments.load_environment("torch-cpu"))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x1f\x8b not gzip")
    assert names.index("torch-cpu", make=False) is names.EMPTY
