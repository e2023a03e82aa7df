"""The report: one file that needs nothing else, and says what the pages say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deepbench_core import report
from deepbench_core.cli import main
from deepbench_core.filters import Filters
from deepbench_core.problems import Problem
from deepbench_core.store import Store
from tests.synthetic import publish, publish_usual, write_suite

SUITE = Filters(suite="made-up")
VOID = {"meta", "br"}


class Balanced(HTMLParser):
    """Every element closed in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of a drawing that closes itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def problems(tmp_path: Path) -> list[Problem]:
    return write_suite(tmp_path / "made-up", 60)


@pytest.fixture
def store(tmp_path: Path, problems: list[Problem]) -> Store:
    return Store(tmp_path / "results", [tmp_path / "made-up"])


def test_it_is_one_small_file_that_fetches_nothing(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    publish_usual(tmp_path / "results", problems)
    page = report.html(store, SUITE)
    parser = Balanced()
    parser.feed(page)
    assert (parser.open, parser.addresses) == ([], [])
    assert not re.search(r"https?://|url\(|@import|<script|javascript:", page)
    assert len(page.encode()) < 150_000
    assert page == report.html(store, SUITE)


def test_it_has_board_gaps_pairs_methods_and_runs(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    publish_usual(tmp_path / "results", problems)
    page = report.html(store, SUITE)
    assert re.search(r"<h1>anthropic/claude-sonnet-5 leads by [\d.]+ points", page)
    for heading in ("Board", "Gaps", "All pairs", "Runs", "Methods"):
        assert f"<h2>{heading}</h2>" in page
    for run in store.manifests():
        assert (run.run_id in page) is run.ranked
    assert "prefers-color-scheme: dark" in page


def test_what_others_wrote_is_text(tmp_path: Path, store: Store, problems: list[Problem]) -> None:
    for name in ("evil/<script>alert(1)</script>", "evil/\"onload='x'"):
        publish(tmp_path / "results", problems, name)
    page = report.html(store, SUITE, title="<b>")
    assert "<script" not in page
    assert "<b>evil" not in page
    assert "\"onload='" not in page


def test_an_empty_board_is_said_to_be_empty(store: Store, problems: list[Problem]) -> None:
    assert "No ranked results yet" in report.html(store, SUITE)


def test_the_command_writes_page_and_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEEPBENCH_RESULTS", str(tmp_path / "results"))
    with pytest.raises(SystemExit) as ended:
        main(["report", "--out", str(tmp_path / "out"), "--stage", "training"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert "only Training" in (tmp_path / "out" / "leaderboard.html").read_text()
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as ended:
        main(["report", "--out", str(tmp_path / "file")])
    assert ended.value.code == 2
