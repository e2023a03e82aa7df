"""What arrives from the code's side by hand-made skeletons or lying classes: never a method, a mask, a state."""

from __future__ import annotations

import textwrap

import pytest
from judge_server import Server

FORGE = """
import sys

class Token:
    pass

def forge(skeleton):
    for module in list(sys.modules.values()):
        if isinstance(getattr(module, "ENCODERS", None), dict):
            module.ENCODERS[Token] = lambda *_: skeleton
    return Token()
"""
SAME = '["q", "builtins", "str"]'
SKELETONS = {
    "enum with methods": f'["ec", [1, 0], "E", [["A", 1], ["__eq__", {SAME}]], "A", True]',
    "enum with private members": f'["ec", [1, 0], "E", [["A", 1], ["_x_", {SAME}]], "A", False]',
    "enum with callable members": f'["ec", [1, 0], "E", [["A", 1], ["equal", {SAME}]], "A", False]',
    "record with methods": f'["dc", [1, 0], "R", ["__eq__"], [{SAME}], False, False, False]',
    "record with a comparison": f'["dc", [1, 0], "R", ["allclose"], [{SAME}], False, False, False]',
    "namespace with a comparison": f'["sn", "equal", {SAME}]',
    "namespace for the judge": '["sn", "_judge_about", ["d", "entry", "f"]]',
    "tuple with a comparison": f'["nt", [1, 0], "T", ["equals"], [{SAME}]]',
    "inside of a library": '["q", "random", "_os.__dict__"]',
    "module of a library": '["q", "random", "_os"]',
    "module by a public name": '["q", "torch", "nn"]',
    "function elsewhere": '["q", "torch.hub", "load"]',
    "method of a constant": '["q", "numpy", "pi.hex"]',
}


@pytest.mark.parametrize("name", list(SKELETONS))
def test_forged_skeletons_are_refused(server: Server, name: str) -> None:
    code = f"{FORGE}\ndef f(x):\n    return forge({SKELETONS[name]})\n"
    tests = "from solution import f\n\ndef test_taken():\n    f(1)\n"
    frame = server.judge(code, tests, ["f"])
    assert frame["verdict"] == "tampered", frame["message"]
    assert server.clean["leftovers"] == 0


HONEST = {
    "enum": (
        "import enum\nclass Kind(enum.Enum):\n    A = 1\n    B = 'b'\n    FIRST = 1\ndef f(x):\n    return Kind.B\n",
        "def test_it():\n    assert f(1).name == 'B' and f(1).value == 'b' and f(1) is f(2)\n",
    ),
    "flag": (
        "import enum\nclass Kind(enum.IntFlag):\n    A = 1\n    B = 2\ndef f(x):\n    return Kind.A | Kind.B\n",
        "def test_it():\n    assert int(f(1)) == 3\n",
    ),
    "enum of the standard library": (
        "import http, inspect\ndef f(x):\n    return [http.HTTPStatus.OK, inspect.Parameter.KEYWORD_ONLY]\n",
        "def test_it():\n    assert f(1)[0] == 200\n",
    ),
    "record with a private field": (
        (
            "import dataclasses\n@dataclasses.dataclass\nclass R:\n    a: int\n    _b: int = 3\n"
            "def f(x):\n    return R(x)\n"
        ),
        "def test_it():\n    assert f(4).a == 4\n",
    ),
    "namespace with a private field": (
        "import types\ndef f(x):\n    return types.SimpleNamespace(a=x, _b=3)\n",
        "def test_it():\n    assert f(4).a == 4\n",
    ),
    "library functions": (
        (
            "import numpy as np, torch, statistics\ndef f(x):\n    return [torch.relu, torch.nn.functional.gelu, "
            "torch.nn.ReLU, np.exp, statistics.mean]\n"
        ),
        (
            "import torch\ndef test_it():\n    relu, gelu, cls, exp, mean = f(1)\n    assert cls is torch.nn.ReLU\n"
            "    assert relu(torch.tensor(-1.0)) == 0 and gelu is torch.nn.functional.gelu\n"
            "    assert exp(0.0) == 1 and mean([1, 3]) == 2\n"
        ),
    ),
    "masks of the test's own": (
        "def f(x):\n    return x * 2\n",
        (
            "import numpy as np\ndef test_it():\n    x = np.ma.array([1.0, 2.0], mask=[0, 1])\n"
            "    assert f(x).mask.tolist() == [False, True]\n    assert f(x)[0] == 2\n"
        ),
    ),
    "a dtype of its own": (
        "import torch\ntorch.set_default_dtype(torch.float64)\ndef f(x):\n    return torch.zeros(2)\n",
        (
            "import torch\ndef test_it():\n    assert f(1).dtype is torch.float64\n"
            "    assert f(1).dtype is torch.float64\n"
            "    assert torch.zeros(1).dtype is torch.float32\n"
        ),
    ),
    "the test's dtype": (
        "import torch\ndef f(x):\n    return torch.zeros(2)\n",
        (
            "import torch\ndef test_it():\n    assert f(1).dtype is torch.float32\n    torch.set_default_dtype("
            "torch.float64)\n    assert f(1).dtype is torch.float64\n    torch.set_default_dtype(torch.float32)\n"
            "    assert f(1).dtype is torch.float32\n"
        ),
    ),
}


@pytest.mark.parametrize("name", list(HONEST))
def test_honest_values_still_travel(server: Server, name: str) -> None:
    code, tests = HONEST[name]
    frame = server.judge(code, "from solution import f\n" + tests, ["f"])
    assert frame["verdict"] == "passed", (frame["message"], frame["tests"])


WRONG = {
    "masked": (
        "import numpy as np\ndef f(x):\n    return np.ma.masked_all(x.shape)\n",
        "import numpy as np\ndef test_it():\n    np.testing.assert_allclose(f(np.arange(1, 4.0)), [2.0, 4.0, 6.0])\n",
    ),
    "coarse": (
        (
            "import torch\ntorch.set_default_dtype(torch.bfloat16)\n"
            "def f(x):\n    torch.set_default_dtype(torch.bfloat16)\n    return x * 2.008\n"
        ),
        (
            "import torch\ndef test_it():\n    x = torch.ones(3)\n"
            "    torch.testing.assert_close(f(x), torch.ones(3) * 2, check_dtype=False)\n"
            "    assert torch.get_default_dtype() is torch.float32\n"
        ),
    ),
}

DEGENERATE = {
    "a generator of numpy's": (
        (
            "    state = rng.bit_generator.state\n    state['state'] = {'state': 0, 'inc': 0}\n"
            "    rng.bit_generator.state = state\n    return 0\n"
        ),
        "    rng = np.random.default_rng(3)\n    f(rng)\n    assert rng.random(4).any()\n",
    ),
    "another generator's state": (
        "    rng.bit_generator.state = type(rng.bit_generator)(7).state\n    return 0\n",
        (
            "    rng, other = np.random.default_rng(3), np.random.default_rng(7)\n    f(rng)\n"
            "    assert rng.random() != other.random()\n"
        ),
    ),
    "a generator of torch's": (
        "    import torch\n    rng.manual_seed(77777)\n    return 0\n",
        (
            "    rng = torch.Generator().manual_seed(3)\n    f(rng)\n    other = torch.Generator().manual_seed(77777)\n"
            "    assert torch.rand(1, generator=rng) != torch.rand(1, generator=other)\n"
        ),
    ),
    "a seed that was searched for": (
        "    import random\n    random.seed(123456789)\n    return 0\n",
        "    f(1)\n    import random\n    assert random.random() != random.Random(123456789).random()\n",
    ),
}
KEPT = {
    "a generator that draws": (
        "    return rng.random(1000)\n",
        (
            "    rng, same = np.random.default_rng(3), np.random.default_rng(3)\n    for _ in range(3):\n"
            "        assert (f(rng) == same.random(1000)).all()\n    assert rng.integers(100) == same.integers(100)\n"
        ),
    ),
    "the test's seed": (
        "    import random\n    return [random.random(), np.random.rand(), torch.rand(1).item()]\n",
        (
            "    import random\n    found = []\n    for _ in range(2):\n"
            "        random.seed(5), np.random.seed(5), torch.manual_seed(5)\n"
            "        found.append([f(1), f(1), random.random(), np.random.rand(), torch.rand(1).item()])\n"
            "    assert found[0] == found[1]\n    assert found[0][0] != found[0][1]\n"
            "    random.seed(5)\n    assert [random.random() for _ in range(3)] == "
            "[found[0][0][0], found[0][1][0], found[0][2]]\n"
        ),
    ),
    "the code's seed": (
        "    torch.manual_seed(rng)\n    np.random.seed(rng)\n",
        (
            "    for seed in (3, 10**9):\n        f(seed)\n        a = torch.rand(3), np.random.rand(2)\n"
            "        f(seed)\n"
            "        assert torch.equal(a[0], torch.rand(3)) and (a[1] == np.random.rand(2)).all()\n"
            "    f(42)\n    other = torch.Generator().manual_seed(42)\n"
            "    assert torch.equal(torch.rand(2), torch.rand(2, generator=other))\n"
        ),
    ),
    "many draws": (
        "    return torch.rand(3_000_000).sum()\n",
        (
            "    torch.manual_seed(1)\n    a = f(1), torch.rand(3)\n"
            "    torch.manual_seed(1)\n    b = f(1), torch.rand(3)\n"
            "    assert torch.equal(a[0], b[0]) and torch.equal(a[1], b[1])\n"
        ),
    ),
}


@pytest.mark.parametrize("name", [*DEGENERATE, *KEPT])
def test_random_numbers_are_not_of_the_codes_choice(server: Server, name: str) -> None:
    code, body = (DEGENERATE | KEPT)[name]
    imports = "import numpy as np\nimport torch\n"
    tests = f"from solution import f\n{imports}\n\ndef test_it():\n{body}"
    frame = server.judge(f"{imports}\n\ndef f(rng):\n{code}", tests, ["f"])
    assert frame["verdict"] == "passed", (frame["message"], frame["tests"])


@pytest.mark.parametrize("name", list(WRONG))
def test_wrong_answers_do_not_pass(server: Server, name: str) -> None:
    code, tests = WRONG[name]
    frame = server.judge(textwrap.dedent(code), "from solution import f\n" + tests, ["f"])
    assert frame["verdict"] == "failed", (frame["verdict"], frame["message"])


def test_an_odd_count_of_normal_numbers_leaves_the_stream_where_it_would_be(server: Server) -> None:
    code = """
import random, numpy as np, torch
def f(count):
    for _ in range(count):
        random.gauss(0, 1), np.random.randn(), torch.randn((), dtype=torch.float64)
"""
    tests = """
import random
import numpy as np
import pytest
import torch
from solution import f
def draw():
    return random.gauss(0, 1), np.random.randn(), torch.randn((), dtype=torch.float64).item()
@pytest.mark.parametrize("count", [1, 2, 601])
def test_it(count):
    random.seed(4), np.random.seed(4), torch.manual_seed(4)
    f(count)
    found = draw(), draw()
    random.seed(4), np.random.seed(4), torch.manual_seed(4)
    for _ in range(count):
        draw()
    assert found == (draw(), draw())
"""
    frame = server.judge(code, tests, ["f"])
    assert frame["verdict"] == "passed", frame["tests"]
    assert "moves-the-tests-random-state" not in frame["flags"]


def test_code_that_draws_much_is_followed_and_not_suspected(server: Server) -> None:
    code = """
import random, numpy as np, torch
def f(count):
    random.randbytes(4 * count)
    return torch.rand(count)[-1], np.random.rand(count)[-1]
"""
    tests = """
import torch
from solution import f
def test_it():
    torch.manual_seed(4)
    f(20_000)
    assert len({float(f(100)[0]) for _ in range(30)}) > 28
    torch.rand(1)
    assert float(f(10)[1]) != float(f(10)[1])
"""
    frame = server.judge(code, tests, ["f"])
    assert frame["verdict"] == "passed", frame["tests"]
    assert "moves-the-tests-random-state" not in frame["flags"]


def test_errors_that_build_their_own_text_keep_type_and_text(server: Server) -> None:
    code = """
import subprocess, numpy
def f(kind):
    raise {"time": subprocess.TimeoutExpired(["a"], 3), "axis": numpy.exceptions.AxisError(4, 2),
           "syntax": SyntaxError("a", "bcde"), "code": UnicodeDecodeError("utf-8", b"a", 0, 1, "why")}[kind]
"""
    tests = """
import subprocess
import numpy
import pytest
from solution import f
KINDS = {"time": (subprocess.TimeoutExpired, "timed out after 3"), "axis": (numpy.exceptions.AxisError, "axis 4"),
         "syntax": (SyntaxError, "a"), "code": (UnicodeDecodeError, "why")}
@pytest.mark.parametrize("kind", list(KINDS))
def test_it(kind):
    with pytest.raises(KINDS[kind][0], match=KINDS[kind][1]):
        f(kind)
"""
    frame = server.judge(code, tests, ["f"])
    assert frame["verdict"] == "passed", frame["tests"]
