"""A real judge server, with a Python that has torch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from judge_server import Server

from deepbench_core.environments import find_built


@pytest.fixture(scope="session")
def torch_python(request: pytest.FixtureRequest) -> Path:
    """DEEPBENCH_TEST_PYTHON, or the Python of the built `torch-cpu` environment."""
    if given := os.environ.get("DEEPBENCH_TEST_PYTHON"):
        return Path(given)
    home = request.getfixturevalue("shared_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEEPBENCH_HOME", str(home))
        built = find_built("torch-cpu")
    assert built is not None
    return Path(built.reference) / "bin" / "python"


@pytest.fixture(scope="session")
def server(torch_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole session, as in a run: what one sample breaks, the next would notice."""
    made = Server(torch_python, tmp_path_factory.mktemp("judge"), ["torch", "numpy", "pandas", "scipy", "sklearn"])
    yield made
    made.close()
