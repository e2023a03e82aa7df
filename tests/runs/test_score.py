"""Scoring responses that were made elsewhere."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from deepbench_core.errors import UserError
from deepbench_core.problems import Problem, load_suite
from deepbench_core.runs.score import IN_FLIGHT, check_responses, score_file
from deepbench_core.store import Store
from tests.runs.run_fakes import FakeJudge


@pytest.fixture
def problems(suite: Path) -> list[Problem]:
    return load_suite(suite)


def write(path: Path, rows: Iterable[dict[str, Any] | bytes]) -> Path:
    path.write_bytes(b"".join(r if isinstance(r, bytes) else json.dumps(r).encode() + b"\n" for r in rows))
    return path


def right(number: int, sample: int = 0, **more: Any) -> dict[str, Any]:
    code = f"def answer(x):\n    return x + {number}\n"
    return {"problem_id": f"problem-{number:03d}", "sample": sample, "code": code, **more}


def test_verdicts_come_in_the_order_of_the_rows(problems: list[Problem], judge: FakeJudge, tmp_path: Path) -> None:
    rows = [
        right(3, 1, model="m"),
        {"problem_id": "problem-000", "sample": 0, "response": "Sure:\n```python\ndef answer(x):\n    return 7\n```"},
        {"problem_id": "problem-001", "sample": 0, "response": "I can't."},
        {"problem_id": "problem-001", "sample": 1, "code": None},
        right(2),
    ]
    out = tmp_path / "verdicts.jsonl"
    found = list(score_file(write(tmp_path / "r.jsonl", rows), problems, out=out))
    assert [json.loads(line) for line in out.read_text().splitlines()] == found
    assert [(r["problem_id"], r["sample"], r["verdict"]) for r in found] == [
        ("problem-003", 1, "passed"),
        ("problem-000", 0, "failed"),
        ("problem-001", 0, "no-code"),
        ("problem-001", 1, "no-code"),
        ("problem-002", 0, "passed"),
    ]
    assert found[0]["model"] == "m"
    assert found[0]["tests"][0]["outcome"] == "passed"
    assert found[0]["integrity"] == "split"
    assert found[1]["message"].startswith("AssertionError")
    assert not (tmp_path / "verdicts.jsonl.part").exists()


def test_compressed_files_are_read(problems: list[Problem], judge: FakeJudge, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(right(1)).encode()))
    assert [r["verdict"] for r in score_file(path, problems)] == ["passed"]
    path.write_bytes(gzip.compress(json.dumps(right(1)).encode() * 100)[:-20])
    with pytest.raises(UserError, match=r"r\.jsonl\.gz"):
        check_responses(path, problems)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"{\n", "not JSON"),
        (b"[1]\n", "must be an object"),
        ({"sample": 0, "code": "x"}, "problem_id is missing"),
        ({"problem_id": "nowhere", "sample": 0, "code": "x"}, "no problem 'nowhere' in small"),
        ({"problem_id": "problem-001", "sample": 0}, "needs response or code"),
        ({"problem_id": "problem-001", "sample": 0, "code": ["x"]}, "code is list, not a text"),
        ({"problem_id": "problem-001", "sample": -1, "code": "x"}, "sample is -1"),
        ({"problem_id": "problem-001", "sample": "a", "code": "x"}, 'sample is "a"'),
        ({"problem_id": "problem-001", "sample": True, "code": "x"}, "sample is true"),
        (b"[" * 100_000 + b"\n", "not JSON"),
    ],
)
def test_a_bad_row_is_named_before_anything_runs(
    problems: list[Problem], judge: FakeJudge, tmp_path: Path, row: Any, reason: str
) -> None:
    path = write(tmp_path / "r.jsonl", [right(1), b"\n", row])
    with pytest.raises(UserError) as caught:
        list(score_file(path, problems, out=tmp_path / "out.jsonl"))
    assert str(caught.value).startswith(f"{path}:3: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert judge.calls == []
    assert not (tmp_path / "out.jsonl.part").exists()


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_refused(problems: list[Problem], tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UserError, match="holds no row"):
        check_responses(write(tmp_path / "r.jsonl", [content]), problems)
    with pytest.raises(UserError, match="no such file"):
        check_responses(tmp_path / "nowhere.jsonl", problems)


def test_bytes_that_are_not_utf8_are_judged_and_noted(
    problems: list[Problem], judge: FakeJudge, tmp_path: Path
) -> None:
    row = json.dumps(right(1)).encode().replace(b"def answer", b"# caf\xe9\\ndef answer") + b"\n"
    path = write(tmp_path / "r.jsonl", [row])
    assert "not UTF-8" in check_responses(path, problems).notes[0]
    assert [r["verdict"] for r in score_file(path, problems)] == ["passed"]


def test_rows_without_a_number_are_numbered(problems: list[Problem], judge: FakeJudge, tmp_path: Path) -> None:
    rows = [{k: v for k, v in right(n).items() if k != "sample"} for n in (1, 2, 1)]
    path = write(tmp_path / "r.jsonl", rows)
    assert [r["sample"] for r in score_file(path, problems)] == [0, 0, 1]


def test_many_rows_stream_and_equal_code_is_judged_once(
    problems: list[Problem], judge: FakeJudge, tmp_path: Path
) -> None:
    path = write(tmp_path / "r.jsonl", (right(i % 3, i) for i in range(4 * IN_FLIGHT)))
    found = list(score_file(path, problems))
    assert [r["sample"] for r in found] == list(range(4 * IN_FLIGHT))
    assert len(judge.calls) == 3


def test_a_huge_response_is_cut_and_judged(problems: list[Problem], judge: FakeJudge, tmp_path: Path) -> None:
    rows = [{"problem_id": "problem-001", "sample": 0, "response": "x" * 50_000_000, "model": "m"}, right(2, model="m")]
    results = tmp_path / "results"
    found = list(score_file(write(tmp_path / "r.jsonl", rows), problems, publish_to=results))
    assert [r["verdict"] for r in found] == ["no-code", "passed"]
    rows = Store(results).rows("select flags from results order by problem_id")
    assert rows == [{"flags": ["response-cut"]}, {"flags": []}]


def test_verdicts_can_be_published_by_model(problems: list[Problem], judge: FakeJudge, tmp_path: Path) -> None:
    rows = [right(i, s, model=m) for i in (2, 1) for s in (1, 0) for m in ("lab/a", "b")]
    results = tmp_path / "results"
    list(score_file(write(tmp_path / "r.jsonl", rows), problems, publish_to=results))
    store = Store(results)
    assert store.skipped == ()
    assert store.rows(
        "select model, source, count(*) n, sum(passed::int)::int p from results group by all order by 1"
    ) == [
        {"model": "b", "source": "scored", "n": 4, "p": 4},
        {"model": "lab/a", "source": "scored", "n": 4, "p": 4},
    ]
    manifest = store.manifests()[0]
    assert manifest.samples_per_problem == 2
    assert manifest.problem_ids == ["problem-001", "problem-002"]


def test_what_can_not_be_published_is_said_before_anything_runs(
    problems: list[Problem], judge: FakeJudge, tmp_path: Path
) -> None:
    twice = write(tmp_path / "twice.jsonl", [right(1, model="m"), right(1, model="m")])
    with pytest.raises(UserError, match="1 rows repeat"):
        list(score_file(twice, problems, publish_to=tmp_path / "results"))
    anonymous = write(tmp_path / "anonymous.jsonl", [right(1, model="m"), right(2)])
    with pytest.raises(UserError, match="which model made them"):
        list(score_file(anonymous, problems, publish_to=tmp_path / "results"))
    assert judge.calls == []
    assert len(list(score_file(twice, problems))) == 2
    list(score_file(anonymous, problems, publish_to=tmp_path / "results", model="m"))
    assert Store(tmp_path / "results").rows("select count(*) n from results") == [{"n": 2}]


def test_an_output_that_can_not_be_written_is_one_line(
    problems: list[Problem], judge: FakeJudge, tmp_path: Path
) -> None:
    path = write(tmp_path / "r.jsonl", [right(1)])
    with pytest.raises(UserError, match=r"nowhere/out\.jsonl\.part: No such file"):
        list(score_file(path, problems, out=tmp_path / "nowhere" / "out.jsonl"))


def test_what_was_judged_stays_when_it_is_stopped(problems: list[Problem], judge: FakeJudge, tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", [right(i) for i in range(5)])
    out = tmp_path / "out.jsonl"
    out.write_text("older\n")
    for _ in (rows := score_file(path, problems, out=out)):
        break
    rows.close()  # type: ignore[attr-defined]
    assert out.read_text() == "older\n"
    assert len((tmp_path / "out.jsonl.part").read_text().splitlines()) == 1
