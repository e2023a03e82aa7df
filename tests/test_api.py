"""Every page's data as JSON: complete, plain, and mistakes in one line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepbench_core import api
from deepbench_core.errors import UserError
from deepbench_core.store import Store
from tests.synthetic import publish_usual, write_suite


@pytest.fixture
def store(tmp_path: Path) -> Store:
    publish_usual(tmp_path / "results", write_suite(tmp_path / "made-up", 30))
    return Store(tmp_path / "results", [tmp_path / "made-up"])


PAIR = {"a": ["anthropic/claude-sonnet-5"], "b": ["openai/gpt-5.2"]}
SAMPLE = {"run": ["run-deepseek-deepseek-v4-6-0"], "problem": ["problem-001"]}


@pytest.mark.parametrize("name", api.ENDPOINTS)
def test_everything_is_plain_json(store: Store, name: str) -> None:
    query = {"compare": PAIR, "sample": SAMPLE, "benchmarks": {"from": ["made-up"], "to": ["made-up"]}}.get(name, {})
    text = json.dumps(api.answer(store, name, query), allow_nan=False)
    assert len(text) > 50


def test_the_address_of_a_page_filters_its_data(store: Store) -> None:
    rows = api.answer(store, "leaderboard", {"stage": ["Training"], "since": ["2026-10-01"]})
    assert (rows["problems"], rows["before_and_since"]["day"]) == (6, "2026-10-01")
    assert rows["rows"][0]["model"] == "anthropic/claude-sonnet-5"
    assert api.answer(store, "failures", {"limit": ["3"]})["rows"][2]["verdict"] != "passed"
    assert api.answer(store, "problems", {"offset": ["29"]})["rows"][0]["id"] == "problem-029"
    assert api.answer(store, "runs", SAMPLE)["model"] == "deepseek/deepseek-v4"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("nothing", {}),
        ("compare", {}),
        ("compare", {"a": ["x"], "b": ["y"]}),
        ("sample", {}),
        ("sample", {"run": ["x"], "problem": ["y"]}),
        ("failures", {"limit": ["-1"]}),
        ("causes", {"by": ["run_id"]}),
        ("review", {"kind": ["model"]}),
        ("agreement", {"question": ["rater"]}),
        ("leaderboard", {"since": ["yesterday"]}),
    ],
)
def test_a_mistake_is_one_line(store: Store, name: str, query: dict[str, list[str]]) -> None:
    with pytest.raises(UserError) as error:
        api.answer(store, name, query)
    assert "\n" not in str(error.value)


def test_what_json_does_not_know_is_made_plain() -> None:
    given = {
        "a": float("nan"),
        "b": np.float64(1.5),
        "c": pd.NaT,
        "d": date(2026, 1, 2),
        "e": np.arange(2),
        3: np.True_,
    }
    assert api.plain(given) == {"a": None, "b": 1.5, "c": None, "d": "2026-01-02", "e": [0, 1], "3": True}
