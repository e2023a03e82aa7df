"""Code in the place of a package's function, judged by the package's own tests."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from judge_server import Server

FILES = {
    "toolkit/__init__.py": "from .metrics import Meter, score\n",
    "toolkit/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef three():\n    return 3\n",
    "toolkit/metrics.py": """
import functools

SCALE = 10


def checked(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        if any(a is None for a in args):
            raise TypeError("None is no number")
        return function(*args, **kwargs)

    return wrapper


@checked
def score(a, b=1, *, weight=2):
    return SCALE * a + b * weight


def twice(x):
    return 2 * x


FOUR = twice(2)


class Base:
    def total(self):
        return 100


class Meter(Base):
    def __init__(self, start):
        self.start = start

    def total(self):
        return super().total() + self.start

    @staticmethod
    def unit():
        return "points"
""",
    "toolkit/table.py": "from .metrics import FOUR, score\n\nTABLE = {'score': score}\n",
    "toolkit/tests/__init__.py": "",
    "toolkit/tests/test_metrics.py": """
import pytest

from toolkit import Meter, score
from toolkit.table import FOUR, TABLE


@pytest.mark.parametrize("a", [1, 2])
def test_value(a, three):
    assert score(a, three) == 10 * a + 6


def test_keyword_only():
    assert score(1, weight=5) == 15


def test_the_table_holds_it():
    assert TABLE["score"](2, 2) == 24


def test_checked():
    with pytest.raises(TypeError):
        score(None)


@pytest.mark.skip(reason="not here")
def test_skipped():
    raise AssertionError


def test_total():
    assert Meter(7).total() == 107


def test_unit():
    assert Meter.unit() == "points"


def test_four():
    assert FOUR == 4
""",
}
TESTS = "toolkit/tests/test_metrics.py"
RIGHT = "def score(a, b=1, *, weight=2):\n    return SCALE * a + b * weight + 0\n"
Judge = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def judge(torch_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """Judges code over `toolkit`, with the set of tests that the original passes."""
    site = tmp_path_factory.mktemp("site")
    for name, text in FILES.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    server = Server(
        torch_python, tmp_path_factory.mktemp("judge"), ["toolkit", "toolkit.table"], packages_too=str(site)
    )

    def run(code: str, target: str = "score", **more: Any) -> dict[str, Any]:
        job = {"integrity": "in-process", "package": f"toolkit.metrics:{target}"} | more
        return server.judge(code, job.pop("tests", TESTS), [target.rpartition(".")[2]], **job)

    reference = run(original("score"))
    assert reference["verdict"] == "passed"
    expected = [test["id"] for test in reference["tests"]]
    yield lambda code, target="score", **more: run(code, target, **{"expected": expected} | more)
    server.close()


def original(name: str) -> str:
    text = FILES["toolkit/metrics.py"]
    [node] = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef) and n.name == name]
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def failing(verdict: dict[str, Any]) -> set[str]:
    return {t["id"].partition("::")[2] for t in verdict["tests"] if t["outcome"] != "passed"}


def test_right_code_passes_by_the_packages_own_tests_and_names(judge: Judge) -> None:
    found = judge(RIGHT)
    assert (found["verdict"], found["integrity"]) == ("passed", "in-process")
    assert f"{TESTS}::test_value[1]" in {t["id"] for t in found["tests"]}
    assert not any("skipped" in t["id"] for t in found["tests"])


def test_every_holder_of_the_function_gets_the_code(judge: Judge) -> None:
    found = judge("def score(a, b=1, *, weight=2):\n    return -1\n")
    assert found["verdict"] == "failed"
    assert failing(found) == {"test_value[1]", "test_value[2]", "test_keyword_only", "test_the_table_holds_it"}


def test_decorators_stay_and_helpers_come_along(judge: Judge) -> None:
    code = "import math\nSCALE = 11\n\ndef helper(a):\n    return 10 * a\n\n" + RIGHT.replace("SCALE * a", "helper(a)")
    assert judge(code)["verdict"] == "passed"


def test_one_sample_leaves_nothing_for_the_next(judge: Judge) -> None:
    judge("def score(a, b=1, *, weight=2):\n    return -1\n")
    assert judge(original("score"))["verdict"] == "passed"


@pytest.mark.parametrize(
    "code",
    [
        "def total(self):\n    return super().total() + self.start + 0\n",
        "class Meter:\n    def total(self):\n        return super().total() + self.start * 1\n",
        "class Other:\n    def total(self):\n        return 100 + self.start\n",
    ],
)
def test_a_method_may_come_as_a_function_or_in_a_class(judge: Judge, code: str) -> None:
    assert judge(code, "Meter.total")["verdict"] == "passed"
    assert failing(judge(code.replace("self.start", "1"), "Meter.total")) == {"test_total"}


def test_a_static_method_stays_one(judge: Judge) -> None:
    assert judge("@staticmethod\ndef unit():\n    return 'po' + 'ints'\n", "Meter.unit")["verdict"] == "passed"
    assert failing(judge("def unit():\n    return 'metres'\n", "Meter.unit")) == {"test_unit"}


def test_what_runs_while_the_package_is_imported_is_replaced_where_it_is_asked_for(judge: Judge) -> None:
    wrong = "def twice(x):\n    return 3 * x\n"
    assert judge(wrong, "twice")["verdict"] == "passed"  # the table was made by the original
    assert failing(judge(wrong, "twice", fresh=True)) == {"test_four"}
    assert judge("def twice(x):\n    return x + x\n", "twice", fresh=True)["verdict"] == "passed"


@pytest.mark.parametrize(
    ("code", "how"),
    [
        (
            "from toolkit.metrics import score as old\n\ndef score(a, b=1, *, weight=2):\n    return old(a, b)\n",
            "imports",
        ),
        ("def score(*a, **k):\n    from toolkit import score\n    return score(*a, **k)\n", "imports"),
        ("import toolkit\n\ndef score(*a, **k):\n    return toolkit.metrics.score(*a, **k)\n", "calls"),
    ],
)
def test_using_what_is_to_be_replaced_is_tampering(judge: Judge, code: str, how: str) -> None:
    found = judge(code)
    assert found["verdict"] == "tampered"
    assert f"the code {how} score" in found["message"]


def test_code_that_defines_something_else_is_an_error(judge: Judge) -> None:
    found = judge("def scores(a):\n    return a\n")
    assert (found["verdict"], found["message"]) == ("error", "not defined: score")
    test = f"{TESTS}::test_unit"  # which never calls it
    assert judge("x = 1\n", tests=test, expected=[test])["verdict"] == "error"


def test_code_that_skips_a_test_does_not_pass_it(judge: Judge) -> None:
    found = judge("import pytest\n\ndef score(a, b=1, *, weight=2):\n    pytest.skip('no')\n")
    assert found["verdict"] == "failed"
    assert "test_value[1]" in failing(found)


def test_code_that_can_not_be_loaded_is_an_error(judge: Judge) -> None:
    found = judge("def score(:\n")
    assert found["verdict"] == "error"
    assert "SyntaxError" in found["message"]


def test_a_target_that_is_not_there_is_the_harness_failure(judge: Judge) -> None:
    for target in ("nowhere", "SCALE", "Meter.nothing"):
        found = judge(RIGHT, target)
        assert (found["verdict"], found["message"][:16]) == ("harness", "toolkit.metrics:")
