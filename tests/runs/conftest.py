"""A small suite, a model behind a real socket, and a judge that needs no sandbox."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deepbench_core.runs import RunSpec, judging, make_spec, worker
from tests.fake_endpoint import FakeEndpoint, Reply
from tests.runs.run_fakes import FakeJudge, opener
from tests.synthetic import write_suite

PROBLEMS = 6


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    write_suite(tmp_path / "small", PROBLEMS)
    return tmp_path / "small"


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeJudge]:
    found = FakeJudge()
    monkeypatch.setattr(judging, "open_judge", opener(found))
    yield found
    found.close()


@pytest.fixture
def fake_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detached workers use the fake judge, too."""
    command = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))
    monkeypatch.setattr(worker, "COMMAND", command)


def right_answer(request: dict[str, Any]) -> Reply:
    """What solves the made-up problem that the prompt is about."""
    number = re.search(r"Return x plus (\d+)", request["messages"][-1]["content"])
    assert number
    return Reply(f"```python\ndef answer(x):\n    return x + {number[1]}\n```")


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    with FakeEndpoint(answer=right_answer) as found:
        yield found


@pytest.fixture
def spec(suite: Path, endpoint: FakeEndpoint, tmp_path: Path) -> Callable[..., RunSpec]:
    """Makes specs that ask the fake endpoint."""

    def make(**values: Any) -> RunSpec:
        parameters = {"api_base": endpoint.url, "retries": 1, "backoff": 0.01, **values.pop("parameters", {})}
        return make_spec(
            **{"model": "openai/fake", "suite": str(suite), "results": tmp_path / "results", "concurrency": 2}
            | values
            | {"parameters": parameters}
        )

    return make
