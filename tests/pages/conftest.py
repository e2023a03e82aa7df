"""What every test of a page stands on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from deepbench_core import paths
from deepbench_core.problems import Problem
from tests.synthetic import write_suite


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    """Streamlit's caches belong to the process, not to a test."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    shipped = tmp_path / "shipped"
    found = write_suite(shipped / "deepbench", 24)
    monkeypatch.setattr(paths, "problems_dir", lambda: shipped)
    return found
