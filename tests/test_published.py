"""Published figures: as the paper states them, cited, and never on the board."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepbench_core import published
from deepbench_core.errors import UserError
from tests.conftest import SHARED_DATA

CHECKED = SHARED_DATA / "dlbench" / "results" / "validation_summary.csv"


def test_the_papers_figures_and_drops() -> None:
    rates = {(f.benchmark, f.model): round(100 * f.rate) for f in published.figures()}
    assert rates == {
        ("Deep-Bench", "GPT-4o"): 31,
        ("Deep-Bench", "Claude"): 28,
        ("Deep-Bench", "LLaMA"): 21,
        ("Deep-Bench", "Mistral"): 15,
        ("DS-1000", "GPT-4o"): 60,
        ("DS-1000", "Claude"): 54,
        ("DS-1000", "LLaMA"): 41,
        ("DS-1000", "Mistral"): 20,
    }
    assert {d.model: round(100 * d.value) for d in published.drops()} == {
        "GPT-4o": 29,
        "Claude": 26,
        "LLaMA": 20,
        "Mistral": 5,
    }
    assert {g.axis: round(100 * g.value) for g in published.gaps()} == {"stage": 7, "task": 37}
    assert [g.axis for g in published.gaps("task")] == ["task"]


def test_every_figure_has_a_citation() -> None:
    for figure in (*published.figures(), *published.gaps()):
        assert "arXiv 2502.18726" in figure.source.citation
        assert figure.source.url.startswith("https://arxiv.org/")


@pytest.mark.skipif(not CHECKED.is_file(), reason="the authors' validation_summary.csv is not in ../shared/data")
def test_the_authors_check_of_their_references_is_read() -> None:
    found = {check.repository: check for check in published.read_validation(CHECKED)}
    assert len(found) == 31
    assert (found["kornia"].tasks, found["kornia"].passed, found["kornia"].errors) == (134, 133, 1)
    assert (found["scikit-learn"].usable, found["GPflow"].usable, found["vision"].built) == (0, 1, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: the columns are not repo,build_ok"),
        ("repo,tasks\n", ":1: the columns are not"),
        ("repo,build_ok,n_tasks,pass,fail,error,other,secs\npyod,1,2\n", ":2: not a name and seven whole numbers"),
        ("repo,build_ok,n_tasks,pass,fail,error,other,secs\npyod,1,2,x,0,0,0,3\n", ":2: not a name"),
    ],
)
def test_a_wrong_check_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "v.csv").write_text(text)
    with pytest.raises(UserError, match=r"v\.csv" + said):
        published.read_validation(tmp_path / "v.csv")
    with pytest.raises(UserError, match="nowhere"):
        published.read_validation(tmp_path / "nowhere.csv")
