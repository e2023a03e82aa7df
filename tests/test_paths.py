"""An installed copy shows the results it brought along; a folder that is named is shown alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepbench_core import paths


def test_a_named_results_folder_is_shown_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPBENCH_RESULTS", str(tmp_path))
    assert paths.readable_results() == [tmp_path]


def test_a_checkout_reads_and_writes_its_own_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPBENCH_RESULTS")
    assert paths.readable_results() == [paths.product_dir() / "results"] == [paths.results_dir()]


def test_an_installed_copy_shows_what_it_brought_beside_the_users_own(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEEPBENCH_RESULTS")
    package = tmp_path / "site-packages" / "deepbench_core"
    (package / "_product" / "results").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.readable_results() == [own_home / "results", package / "_product" / "results"]
    assert paths.problems_dir() == package / "_product" / "problems"


def test_the_home_is_the_owners_alone(own_home: Path) -> None:
    assert paths.home_dir() == own_home
    assert own_home.stat().st_mode & 0o777 == 0o700
