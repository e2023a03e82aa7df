"""What a job may ask for beyond a verdict: an order of tests, threads, and an end at the first failure."""

from __future__ import annotations

import pytest
from judge_server import Server

TESTS = """
import torch
from solution import f


def test_a():
    assert f(1) == 1


def test_b():
    assert f(2) == 2


def test_threads():
    assert f(torch.get_num_threads()) == torch.get_num_threads()
    assert f("threads") == torch.get_num_threads()
"""
GOOD = "import torch\n\n\ndef f(x):\n    return torch.get_num_threads() if x == 'threads' else x\n"
IDS = ["test_a", "test_b", "test_threads"]


@pytest.mark.parametrize("integrity", ["split", "in-process"])
def test_order_and_threads_are_as_asked(server: Server, integrity: str) -> None:
    asked = {"expected": IDS, "order": ["test_threads", "test_b"], "threads": 2, "integrity": integrity}
    found = server.judge(GOOD, TESTS, ["f"], **asked, first_failure=True)
    assert found["verdict"] == "passed", found["message"]
    assert [test["id"] for test in found["tests"]] == ["test_threads", "test_b", "test_a"]


@pytest.mark.parametrize("expected", [IDS, None])
@pytest.mark.parametrize("integrity", ["split", "in-process"])
def test_the_first_failure_ends_a_job_and_never_passes(server: Server, integrity: str, expected: list[str]) -> None:
    wrong = GOOD.replace("else x", "else 1")  # test_a passes
    asked = {"expected": expected, "order": ["test_a", "test_b"], "integrity": integrity}
    found = server.judge(wrong, TESTS, ["f"], **asked, first_failure=True)
    assert found["verdict"] == "failed"
    outcomes = {test["id"]: test["outcome"] for test in found["tests"]}
    assert outcomes == {"test_a": "passed", "test_b": "failed"} | ({"test_threads": "missing"} if expected else {})
    assert found["tests"][1]["message"]
    whole = server.judge(wrong, TESTS, ["f"], **asked)
    assert whole["verdict"] == "failed"
    assert {test["id"] for test in whole["tests"]} == set(IDS)
