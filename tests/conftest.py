"""What every test stands on: its own home and results, and honest skips where the machine lacks a part."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = {name.strip() for name in os.environ.get("DEEPBENCH_REQUIRE", "").split(",") if name.strip()}
CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", help="folder for pictures of every page, light and dark, wide and narrow")


@functools.cache
def missing(part: str) -> str | None:
    """Why tests that need `part` can't run here, or None."""
    if part == "browser":
        return None if CHROMIUM else "Chromium is not installed (apt-get install chromium)"
    if part == "bwrap":
        return None if shutil.which("bwrap") else "bubblewrap is not installed (apt-get install bubblewrap)"
    if part == "docker":
        try:
            import docker

            docker.from_env(timeout=5).ping()
        except Exception as error:
            return f"no Docker Engine answers ({type(error).__name__})"
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    for part in ("docker", "bwrap", "browser"):
        if item.get_closest_marker(part) and (reason := missing(part)):
            if part in REQUIRED:
                pytest.fail(f"{reason}, and DEEPBENCH_REQUIRE names {part}", pytrace=False)
            pytest.skip(reason)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a results folder of the test's own: nothing a test does reaches the user's."""
    home = tmp_path / "home"
    monkeypatch.setenv("DEEPBENCH_HOME", str(home))
    monkeypatch.setenv("DEEPBENCH_RESULTS", str(tmp_path / "results"))
    return home


@pytest.fixture(scope="session")
def shared_home() -> Path:
    """A home that outlives the session and holds the built `torch-cpu` environment; `make test` builds it first."""
    home = Path(os.environ.get("DEEPBENCH_TEST_HOME") or ROOT / ".deepbench")
    build_environment(home, "torch-cpu")
    return home


def build_environment(home: Path, name: str) -> None:
    """Build an environment into that home, unless it is there."""
    command = [sys.executable, "-m", "deepbench_core.cli", "env", "build", name]
    subprocess.run(command, env={**os.environ, "DEEPBENCH_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def built_home(shared_home: Path, own_home: Path) -> Path:
    """The test's own home, with environments and models taken from the shared one."""
    own_home.mkdir()
    for name in ("environments", "models"):
        (shared_home / name).mkdir(parents=True, exist_ok=True)
        (own_home / name).symlink_to(shared_home / name)
    return own_home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that the project never contains; tests that need it are skipped where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"{SHARED_DATA} is not there")
    return SHARED_DATA
