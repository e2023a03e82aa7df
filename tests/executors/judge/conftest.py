"""Real judge servers: with a Python that has torch, and with one that has scikit-learn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from judge_server import Server

from deepbench_core.environments import find_built
from tests.conftest import build_environment


@pytest.fixture(scope="session")
def torch_python(request: pytest.FixtureRequest) -> Path:
    """DEEPBENCH_TEST_PYTHON, or the Python of the built `torch-cpu` environment."""
    if given := os.environ.get("DEEPBENCH_TEST_PYTHON"):
        return Path(given)
    return _python_of("torch-cpu", request.getfixturevalue("shared_home"))


def _python_of(environment: str, home: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEEPBENCH_HOME", str(home))
        built = find_built(environment)
    assert built is not None
    return Path(built.reference) / "bin" / "python"


@pytest.fixture(scope="session")
def server(torch_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole session, as in a run: what one sample breaks, the next would notice."""
    made = Server(torch_python, tmp_path_factory.mktemp("judge"), ["torch", "numpy"])
    yield made
    made.close()


@pytest.fixture(scope="session")
def sklearn_server(shared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same with the `sklearn` environment."""
    build_environment(shared_home, "sklearn")
    python = _python_of("sklearn", shared_home)
    made = Server(python, tmp_path_factory.mktemp("sklearn"), ["numpy", "pandas", "scipy", "sklearn"])
    yield made
    made.close()
