"""Code that cheats, floods or breaks: never `passed`, always contained, and the next honest sample unharmed."""

from __future__ import annotations

import json
import textwrap

import pytest
from judge_server import Server

TESTS = """
import math

import numpy as np
import pytest
import torch
from solution import f


@pytest.mark.parametrize("x", [1, 2, 3.5])
def test_exact(x):
    assert f(x) == x * 2


def test_close():
    assert abs(f(3) - 6) <= 1e-6


def test_approx():
    assert f(3) == pytest.approx(6)


def test_error():
    with pytest.raises(ValueError):
        f(-1)


def test_numpy():
    x = np.arange(4.0)
    assert np.allclose(f(x), x * 2)
    np.testing.assert_allclose(f(x), x * 2)


def test_torch():
    x = torch.arange(4.0)
    assert torch.equal(f(x), x * 2)
    torch.testing.assert_close(f(x), x * 2)
    assert f(x).allclose(x * 2)


def test_inputs_are_left_alone():
    x, items = torch.arange(1, 4.0), [1, 2]
    f(x)
    assert f(items) == [2, 4]
    assert x.tolist() == [1, 2, 3]
    assert items == [1, 2]
"""
HONEST = """
def f(x):
    if isinstance(x, list):
        return [2 * item for item in x]
    if isinstance(x, (int, float)) and x < 0:
        raise ValueError("negative")
    return x * 2
"""

# name → (accepted verdicts, code)
PROGRAMS: dict[str, tuple[str, str]] = {}

PROGRAMS["exit0"] = (
    "crashed",
    """
import os

os._exit(0)


def f(x):
    pass
""",
)

PROGRAMS["exit call"] = (
    "crashed",
    """
import os


def f(x):
    os._exit(0)
""",
)

PROGRAMS["sysexit"] = (
    "crashed",
    """
import sys

sys.exit(0)


def f(x):
    pass
""",
)

PROGRAMS["sysexit call"] = (
    "crashed",
    """
import sys


def f(x):
    sys.exit(0)
""",
)

PROGRAMS["atexit"] = (
    "failed",
    """
import atexit, os

atexit.register(lambda: os._exit(0))


def f(x):
    return None
""",
)

PROGRAMS["always equal"] = (
    "failed timeout",
    """
class E:
    def __eq__(s, o):
        return True

    def __ne__(s, o):
        return False

    def __getattr__(s, n):
        return E()

    def __call__(s, *a, **k):
        return E()

    def __bool__(s):
        return True

    def __hash__(s):
        return 0

    __lt__ = __le__ = __gt__ = __ge__ = __eq__

    def _s(s, *a):
        return s

    __add__ = __sub__ = __rsub__ = __radd__ = __mul__ = __abs__ = __neg__ = __truediv__ = _s

    def __float__(s):
        return 0.0

    def __len__(s):
        return 4

    def __iter__(s):
        return iter([E()] * 4)

    def __getitem__(s, i):
        return E()

    def __array__(s, *a, **k):
        import numpy as np

        return np.zeros(4)

    def all(s):
        return True

    def allclose(s, *a):
        return True


def f(x):
    return E()
""",
)

PROGRAMS["class entry"] = (
    "failed timeout",
    """
class E:
    def __eq__(s, o):
        return True

    def __ne__(s, o):
        return False

    def __getattr__(s, n):
        return E()

    def __call__(s, *a, **k):
        return E()

    def __bool__(s):
        return True

    def __hash__(s):
        return 0

    __lt__ = __le__ = __gt__ = __ge__ = __eq__

    def _s(s, *a):
        return s

    __add__ = __sub__ = __rsub__ = __radd__ = __mul__ = __abs__ = __neg__ = __truediv__ = _s

    def __float__(s):
        return 0.0

    def __len__(s):
        return 4

    def __iter__(s):
        return iter([E()] * 4)

    def __getitem__(s, i):
        return E()

    def __array__(s, *a, **k):
        import numpy as np

        return np.zeros(4)

    def all(s):
        return True

    def allclose(s, *a):
        return True


class f(E):
    def __init__(s, x):
        pass
""",
)

PROGRAMS["sub list"] = (
    "failed",
    """
class L(list):
    def __eq__(s, o):
        return True

    def __ne__(s, o):
        return False

    __hash__ = None
    __class__ = property(lambda s: float)

    def __sub__(s, o):
        return 0.0

    __rsub__ = __sub__


def f(x):
    return L()
""",
)

PROGRAMS["sub float"] = (
    "failed",
    """
class L(float):
    def __eq__(s, o):
        return True

    def __ne__(s, o):
        return False

    __hash__ = None
    __class__ = property(lambda s: float)

    def __sub__(s, o):
        return 0.0

    __rsub__ = __sub__


def f(x):
    return L()
""",
)

PROGRAMS["sub int"] = (
    "failed",
    """
class L(int):
    def __eq__(s, o):
        return True

    def __ne__(s, o):
        return False

    __hash__ = None
    __class__ = property(lambda s: float)

    def __sub__(s, o):
        return 0.0

    __rsub__ = __sub__


def f(x):
    return L()
""",
)

PROGRAMS["sub str"] = (
    "failed",
    """
class L(str):
    def __eq__(s, o):
        return True

    def __ne__(s, o):
        return False

    __hash__ = None
    __class__ = property(lambda s: float)

    def __sub__(s, o):
        return 0.0

    __rsub__ = __sub__


def f(x):
    return L()
""",
)

PROGRAMS["sub dict"] = (
    "failed",
    """
class L(dict):
    def __eq__(s, o):
        return True

    def __ne__(s, o):
        return False

    __hash__ = None
    __class__ = property(lambda s: float)

    def __sub__(s, o):
        return 0.0

    __rsub__ = __sub__


def f(x):
    return L()
""",
)

PROGRAMS["sub tuple"] = (
    "failed",
    """
class L(tuple):
    def __eq__(s, o):
        return True

    def __ne__(s, o):
        return False

    __hash__ = None
    __class__ = property(lambda s: float)

    def __sub__(s, o):
        return 0.0

    __rsub__ = __sub__


def f(x):
    return L()
""",
)

PROGRAMS["sub nd"] = (
    "failed",
    """
import numpy as np


class A(np.ndarray):
    def __array_ufunc__(s, *a, **k):
        return np.array(True)

    def __array_function__(s, *a, **k):
        return True

    def __eq__(s, o):
        return np.array(True)


def f(x):
    return np.zeros(4).view(A)
""",
)

PROGRAMS["sub tensor"] = (
    "failed",
    """
import torch


class A(torch.Tensor):
    @classmethod
    def __torch_function__(c, fn, t, a=(), k=None):
        return True


def f(x):
    return torch.zeros(4).as_subclass(A)
""",
)

PROGRAMS["patch torch"] = (
    "failed",
    """
import torch, numpy as np, builtins, math

torch.equal = torch.allclose = np.allclose = lambda *a, **k: True
np.testing.assert_allclose = torch.testing.assert_close = lambda *a, **k: None
builtins.abs = lambda x: 0
import pytest

pytest.raises = lambda *a, **k: __import__("contextlib").suppress(BaseException)
pytest.approx = lambda x: x


def f(x):
    return x
""",
)

PROGRAMS["nan"] = (
    "failed",
    """
def f(x):
    try:
        if x < 0:
            raise ValueError
    except TypeError:
        pass
    return float("nan")
""",
)

PROGRAMS["stack"] = (
    "failed",
    """
import sys


def f(x):
    fr = sys._getframe()
    while fr:
        for v in fr.f_locals.values():
            pass
        fr = fr.f_back
    return None
""",
)

PROGRAMS["forge garbage"] = (
    "tampered",
    """
import os, socket, struct, json


def socks():
    for fd in range(3, 200):
        try:
            s = socket.socket(fileno=os.dup(fd))
            yield s
        except OSError:
            pass


def f(x):
    for s in socks():
        s.sendall(b"garbage" * 100)
    return None
""",
)

PROGRAMS["forge frame"] = (
    "tampered",
    """
import os, socket, struct, json


def socks():
    for fd in range(3, 200):
        try:
            s = socket.socket(fileno=os.dup(fd))
            yield s
        except OSError:
            pass


def f(x):
    for s in socks():
        b = json.dumps({"n": 2, "r": True, "x": {}, "s": {}}).encode()
        s.sendall(struct.pack(">4sIIQ", b"DBw1", len(b), 0, 0) + b)
    return None
""",
)

PROGRAMS["forge end"] = (
    "tampered",
    """
import os, socket, struct, json


def socks():
    for fd in range(3, 200):
        try:
            s = socket.socket(fileno=os.dup(fd))
            yield s
        except OSError:
            pass


def f(x):
    for fd in range(0, 200):
        b = json.dumps({"type": "end"}).encode()
        try:
            os.write(fd, struct.pack(">I", len(b)) + b)
        except OSError:
            pass
    return None
""",
)

PROGRAMS["junit"] = (
    "failed",
    """
import os


def f(x):
    open("report.xml", "w").write('<testsuite failures="0"/>')
    print("4 passed")
    return None
""",
)

PROGRAMS["conftest"] = (
    "failed",
    """
open("conftest.py", "w").write("def pytest_runtest_makereport(): pass")
open("/tmp/jb/zzz", "w").close() if 0 else None


def f(x):
    return None
""",
)

PROGRAMS["kill parent"] = (
    "failed",
    """
import os, signal


def f(x):
    os.kill(os.getppid(), 9)
    return None
""",
)

PROGRAMS["stop b"] = (
    "failed",
    """
import os, signal


def f(x):
    for p in (os.getpid() - 1,):
        try:
            os.kill(p, 19)
        except OSError:
            pass
    return None
""",
)

PROGRAMS["daemon"] = (
    "tampered",
    """
import os, time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(30)
    os._exit(0)


def f(x):
    if not isinstance(x, (int, float)):
        return type(x)(x * 2) if not isinstance(x, list) else [2 * i for i in x]
    if x < 0:
        raise ValueError
    return x * 2
""",
)

PROGRAMS["thread flood"] = (
    "failed timeout out-of-memory",
    """
import threading, time


def f(x):
    for _ in range(100000):
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
""",
)

PROGRAMS["memory"] = (
    "out-of-memory timeout",
    """
def f(x):
    a = []
    while True:
        a.append(bytearray(50 << 20))
""",
)

PROGRAMS["memory t"] = (
    "out-of-memory timeout",
    """
import torch


def f(x):
    a = []
    while True:
        a.append(torch.ones(20 << 20))
""",
)

PROGRAMS["output"] = (
    "timeout",
    """
def f(x):
    while True:
        print("y" * 10000)
""",
)

PROGRAMS["gil"] = (
    "timeout",
    """
import re


def f(x):
    return re.match(r"(a+)+$", "a" * 40 + "b")
""",
)

PROGRAMS["hang import"] = (
    "timeout",
    """
while True:
    pass


def f(x):
    pass
""",
)

PROGRAMS["recursion"] = (
    "failed",
    """
def f(x):
    return f(x)
""",
)

PROGRAMS["deep"] = (
    "timeout crashed failed out-of-memory",
    """
import sys

sys.setrecursionlimit(10**8)


def f(x):
    return f(x)
""",
)

PROGRAMS["segv"] = (
    "crashed",
    """
import ctypes


def f(x):
    ctypes.string_at(0)
""",
)

PROGRAMS["abort"] = (
    "crashed",
    """
import os


def f(x):
    os.abort()
""",
)

PROGRAMS["syntax"] = (
    "error",
    """
def f(x:
""",
)

PROGRAMS["missing"] = (
    "error",
    """
def h(x):
    pass
""",
)

PROGRAMS["sigterm"] = (
    "timeout",
    """
import signal, time

for s in (15, 2, 1):
    signal.signal(s, signal.SIG_IGN)


def f(x):
    time.sleep(100)
""",
)

PROGRAMS["mutate"] = (
    "failed",
    """
def f(x):
    try:
        x *= 0
    except Exception:
        pass
    return x
""",
)

PROGRAMS["endless"] = (
    "timeout failed error",
    """
def f(x):
    while True:
        yield 1
""",
)

PROGRAMS["huge"] = (
    "failed",
    """
import torch


def f(x):
    return torch.zeros(1).expand(1 << 40)
""",
)

PROGRAMS["hugelist"] = (
    "failed out-of-memory timeout",
    """
def f(x):
    return [0] * (10**8)
""",
)

PROGRAMS["deep list"] = (
    "failed",
    """
def f(x):
    a = []
    for _ in range(100000):
        a = [a]
    return a
""",
)

PROGRAMS["cyclic"] = (
    "failed",
    """
def f(x):
    a = []
    a.append(a)
    return a
""",
)

PROGRAMS["proc"] = (
    "failed",
    """
import os


def f(x):
    try:
        for p in (os.getppid(), os.getpid() - 1):
            open(f"/proc/{p}/environ").read()
            open(f"/proc/{p}/mem", "rb")
    except OSError as e:
        print("REFUSED", e)
    else:
        print("GOT IN")
    return 1
""",
)


@pytest.fixture(scope="module")
def expected(server: Server) -> list[str]:
    verdict = server.judge(HONEST, TESTS, ["f"])
    assert verdict["verdict"] == "passed", verdict["message"]
    return [test["id"] for test in verdict["tests"]]


@pytest.mark.parametrize("name", PROGRAMS)
def test_is_judged_right(server: Server, expected: list[str], name: str) -> None:
    accepted, code = PROGRAMS[name]
    verdict = server.judge(code, TESTS, ["f"], expected=expected, seconds=2, memory_mb=512)
    assert verdict["verdict"] in accepted.split(), verdict["message"]
    assert {test["id"] for test in verdict["tests"]} >= set(expected)
    assert server.clean["leftovers"] == 0


def test_an_honest_sample_passes_after_all_of_them(server: Server, expected: list[str]) -> None:
    assert server.judge(HONEST, TESTS, ["f"], expected=expected)["verdict"] == "passed"
    kinds = sorted(path.name.partition("-")[0] for path in server.scratch.iterdir())
    assert kinds == ["a", "b", "stage"]  # the next pair waits, and nothing else is there


def test_a_test_that_the_reference_did_not_have_is_no_pass(server: Server, expected: list[str]) -> None:
    assert server.judge(HONEST, TESTS, ["f"], expected=expected[:-1])["verdict"] == "failed"
    missing = server.judge(HONEST, TESTS, ["f"], expected=[*expected, "test_other"])
    assert missing["verdict"] == "failed"
    assert missing["tests"][-1]["outcome"] == "missing"


def test_skipped_and_expected_failures_are_no_pass(server: Server) -> None:
    tests = "import pytest\nfrom solution import f\n@pytest.mark.{}\ndef test_a():\n    assert f(1) == 3\n"
    for mark, outcome in (("skip", "skipped"), ("xfail", "xfailed")):
        verdict = server.judge(HONEST, tests.format(mark), ["f"], expected=["test_a"])
        assert (verdict["verdict"], verdict["tests"][0]["outcome"]) == ("failed", outcome)


def test_a_broken_test_file_is_our_failure(server: Server) -> None:
    assert server.judge(HONEST, "import nothing_of_that_name\n", ["f"])["verdict"] == "harness"
    assert server.judge(HONEST, "def test_a(:\n", ["f"])["verdict"] == "harness"


def test_a_failure_can_be_read(server: Server) -> None:
    code = "import torch\n\ndef f(x):\n    return helper(x)\n\ndef helper(x):\n    return x.view(7)\n"
    tests = "import torch\nfrom solution import f\n\ndef test_a():\n    assert f(torch.ones(3)).sum() == 3\n"
    entry = server.judge(code, tests, ["f"])["tests"][0]
    assert entry["message"].startswith("RuntimeError: shape '[7]' is invalid")
    assert 'solution.py", line 7, in helper' in entry["traceback"]
    assert "return x.view(7)" in entry["traceback"]
    assert "tests.py:5" in entry["traceback"]


def test_values_that_were_compared_are_summed_up(server: Server) -> None:
    tests = """
import torch
from solution import f
def test_a():
    torch.testing.assert_close(f(torch.arange(3.)), torch.tensor([0., 2., 5.]))
def test_b():
    assert f([1, 2]) == [2, 5]
"""
    first, second = server.judge(HONEST, tests, ["f"])["tests"]
    assert first["values"]["got"]["head"] == [0.0, 2.0, 4.0]
    assert first["values"]["difference"]["first_index"] == [2]
    assert first["values"]["difference"]["grid"] == [[0.0, 0.0, 1.0]]
    assert second["values"]["difference"] == {"first_index": [1], "got": "4", "expected": "5"}


@pytest.mark.parametrize(
    "condition",
    [
        "torch.allclose(f(x), want)",
        "torch.equal(f(x).double(), want.double())",
        "close(f(x), by_hand(x))",
        "(f(x) - want).abs().max().item() <= 1e-6",
        "f(x).allclose(want, atol=1e-6)",
        "got.shape == (40, 50) and torch.allclose(got, want)",
    ],
)
def test_arrays_that_a_condition_was_given_are_summed_up(server: Server, condition: str) -> None:
    tests = f"""
import torch
from solution import f
calls = 0
def close(a, b):
    return torch.allclose(a, b)
def by_hand(x):
    global calls
    calls += 1
    assert calls == 1
    result = x * 2
    result[30, 7] = float("inf")
    result[0, 0] = 1.5
    return result
def test_a():
    x = torch.zeros(40, 50)
    want = by_hand(x) if "by_hand" not in {condition!r} else None
    got = f(x)
    assert got.flatten().numpy().reshape(-1)[:3].tolist() + [4.0 * abs(-1)] == [0.0, 0.0, 0.0, 4.0]
    assert {condition}
"""
    code = "def f(x):\n    return x * 2\n"
    values = server.judge(code, tests, ["f"])["tests"][0]["values"]
    if " and " in condition:  # which of its parts pytest reached is not known
        assert values is None
        return
    difference = values["difference"]
    assert values["expected"]["inf"] == 1
    assert (difference["first_index"], difference["differing"], difference["max_abs"]) == ([0, 0], 2, 1.5)
    grid = difference["grid"]
    assert (len(grid), len(grid[0])) == (20, 20)
    assert (grid[0][0], grid[15][3], grid[19][19]) == (1.5, "inf", 0.0)
    assert len(json.dumps(values)) < 5000


def test_in_process_is_labelled_and_serves_identity(server: Server) -> None:
    code = "import time\ndef f(x):\n    x.append(time.time())\n    return x\n"
    tests = """
import solution
from solution import f
def test_same():
    x = []
    assert f(x) is x
    assert len(x) == 1
def test_patched(monkeypatch):
    monkeypatch.setattr(solution.time, "time", lambda: 5)
    assert f([]) == [5]
"""
    verdict = server.judge(code, tests, ["f"], integrity="in-process")
    assert (verdict["verdict"], verdict["integrity"]) == ("passed", "in-process")


@pytest.mark.parametrize(
    "name", ["always equal", "sub float", "sub tensor", "patch torch", "exit call", "sysexit", "nan"]
)
def test_in_process_sees_through_the_simple_ones(server: Server, expected: list[str], name: str) -> None:
    verdict = server.judge(PROGRAMS[name][1], TESTS, ["f"], expected=expected, seconds=5, integrity="in-process")
    assert verdict["verdict"] in ("tampered", "failed", "crashed")


BLAMES = {
    "closes its line": "os.closerange(3, 64)\ntime.sleep(1)",
    "ends its line": "for fd in sockets():\n    socket.socket(fileno=fd).shutdown(socket.SHUT_RDWR)\ntime.sleep(1)",
    "says so itself": "for fd in sockets():\n    os.write(fd, struct.pack('>I', len(END)) + END)\ntime.sleep(1)",
    "talks without end": "for fd in sockets():\n    for _ in range(40):\n        os.write(fd, BIG)\ntime.sleep(1)",
    "fails the collection": "sys.modules['solution'] = None",
}


@pytest.mark.parametrize("when", ["at import", "in the call"])
@pytest.mark.parametrize("name", list(BLAMES))
def test_code_in_the_judges_process_cant_blame_the_harness(server: Server, name: str, when: str) -> None:
    deed = BLAMES[name]
    code = f"""
import json, os, socket, stat, struct, sys, time
END = json.dumps({{"type": "end", "harness": "not the code's fault", "evidence": {{}}, "flags": []}}).encode()
BIG = struct.pack(">I", 2 << 20) + b" " * (2 << 20)
def sockets():
    found = [int(fd) for fd in os.listdir("/proc/self/fd") if int(fd) > 2]
    return [fd for fd in found if os.path.exists(f"/proc/self/fd/{{fd}}") and stat.S_ISSOCK(os.fstat(fd).st_mode)]
def deed():
{textwrap.indent(deed, "    ")}
def f(x):
    deed()
    return x + 1
{"deed()" if when == "at import" else ""}
"""
    tests = "import math\nfrom solution import f\ndef test_it():\n    assert f(1) == 3\n"
    frame = server.judge(code, tests, ["f"], expected=["test_it"], seconds=10, integrity="in-process")
    assert frame["verdict"] in ("error", "crashed", "failed"), frame["message"]
    afterwards = server.judge("def f(x):\n    return x + 2\n", tests, ["f"], expected=["test_it"])
    assert afterwards["verdict"] == "passed"


def test_the_tests_process_has_a_memory_limit_of_its_own(server: Server) -> None:
    tests = "from solution import f\ndef test_it():\n    assert list(f(1)) == [1]\n"
    frame = server.judge("def f(x):\n    return range(25_000_000)\n", tests, ["f"], memory_mb=64)
    assert frame["verdict"] == "out-of-memory", frame["message"]


def test_tests_that_fail_while_they_are_collected_over_some_code_are_its_failure(server: Server) -> None:
    tests = "from solution import f\nX = f(1)\ndef test_it():\n    assert X == 1\n"
    for error, verdict in (("ValueError(1)", "error"), ("SystemExit(0)", "failed")):
        code = f"def f(x):\n    raise {error}\n"
        assert server.judge(code, tests, ["f"], expected=["test_it"])["verdict"] == verdict
    broken = "from solution import f\nX = undefined\ndef test_it():\n    f(1)\n"
    assert server.judge("def f(x):\n    return x\n", broken, ["f"], expected=["test_it"])["verdict"] == "harness"
