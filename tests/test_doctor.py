"""What the doctor finds, on a machine that has little."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepbench_core import environments
from deepbench_core.doctor import Check, run_checks
from deepbench_core.executors import local


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine, no sandbox, no Chromium."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    monkeypatch.setattr(local, "_try_mode", lambda mode: f"{mode}: refused")
    monkeypatch.setattr("shutil.which", lambda name, *_: None)


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def test_every_check_has_a_state_and_words() -> None:
    checks = run_checks()
    assert {"python", "home", "results", "disk", "docker engine", "local sandbox", "local models", "chromium"} <= set(
        by_name(checks)
    )
    for check in checks:
        assert check.state in ("ok", "missing", "optional")
        assert check.detail
        assert "\n" not in check.detail + check.fix


def test_without_any_sandbox_both_are_missing(bare: None) -> None:
    found = by_name(run_checks())
    assert found["docker engine"].state == found["local sandbox"].state == "missing"
    assert "--unsafe" in found["local sandbox"].detail


def test_one_sandbox_is_enough(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_try_mode", lambda mode: "")
    found = by_name(run_checks())
    assert found["docker engine"].state == "optional"
    assert found["local sandbox"].state == "ok"


def test_environment_that_is_not_built_names_the_command(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_try_mode", lambda mode: "")
    assert environments.find_built("torch-cpu") is None
    check = by_name(run_checks())["environment torch-cpu (venv)"]
    assert check.state == "optional"
    assert check.fix == "deepbench env build torch-cpu"


def test_home_that_is_a_file_is_missing_and_never_a_traceback(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DEEPBENCH_HOME", str(tmp_path / "file" / "home"))
    check = by_name(run_checks())["home"]
    assert check.state == "missing"
    assert check.fix == "export DEEPBENCH_HOME=/a/folder/of/yours"
