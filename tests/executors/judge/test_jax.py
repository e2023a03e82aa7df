"""jax under the split: a backend started after the fork, arrays by value, gradients where the code is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from judge_server import Server

from deepbench_core.environments import find_built, load_environment


@pytest.fixture(scope="module")
def jax_server(shared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = {"DEEPBENCH_HOME": str(shared_home)}
    command = [sys.executable, "-m", "deepbench_core.cli", "env", "build", "jax-cpu"]
    subprocess.run(command, env={**os.environ, **home}, check=True, stdout=subprocess.DEVNULL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEEPBENCH_HOME", str(shared_home))
        built = find_built("jax-cpu")
    assert built is not None
    preload = list(load_environment("jax-cpu").preload)
    made = Server(Path(built.reference) / "bin" / "python", tmp_path_factory.mktemp("jax"), preload)
    yield made
    made.close()


CODE = """
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax._src import xla_bridge

FORKED_WITH = len(xla_bridge._backends)


class State(NamedTuple):
    step: jax.Array
    mean: dict


def backends():
    return FORKED_WITH


def same(x):
    return x


def kinds(x):
    return [type(part).__name__ for part in jax.tree.leaves(x)]


def init(key, sizes):
    keys = jax.random.split(key, len(sizes) - 1)
    return [
        {"w": jax.random.normal(k, (a, b)), "b": jnp.zeros(b)} for k, a, b in zip(keys, sizes, sizes[1:])
    ]


@jax.jit
def loss(params, x):
    for layer in params:
        x = jnp.tanh(x @ layer["w"] + layer["b"])
    return x.sum()


def grads(params, x):
    return State(jnp.asarray(1, jnp.int32), jax.grad(lambda p: loss(p, x))(params)[0])


def apply(function, x):
    return function(x)


def make_step(rate):
    @jax.jit
    def step(params):
        return jax.tree.map(lambda p: p - rate, params)

    return step


def give_function():
    return {"act": jax.nn.relu}


def double():
    with jax.enable_x64(True):
        return jnp.ones(2, "float64")


def bad(x):
    return int(jax.jit(lambda v: int(v))(x))
"""

PROBES = {
    "a backend starts after the fork": """
import jax
from jax._src import xla_bridge
from solution import backends

HERE = len(xla_bridge._backends)

def test_none_before():
    assert backends() == 0 and HERE == 0
    assert jax.default_backend() == "cpu"
""",
    "arrays by value": """
import jax, jax.numpy as jnp, numpy as np, pytest
from solution import same, kinds, double

@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16", "int32", "uint8", "bool", "complex64"])
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_dtypes(dtype, shape):
    x = jnp.asarray(np.arange(np.prod(shape, dtype=int)).reshape(shape), dtype)
    y = same(x)
    assert isinstance(y, jax.Array) and y.dtype == x.dtype and y.shape == x.shape
    assert (np.asarray(y) == np.asarray(x)).all()

def test_not_numpy():
    assert kinds([jnp.ones(2), np.ones(2)]) == ["ArrayImpl", "ndarray"]
    assert type(same(np.ones(2))) is np.ndarray
    assert same(jnp.dtype("bfloat16")) == jnp.bfloat16

def test_transposed():
    x = jnp.arange(6.0).reshape(2, 3).T
    assert same(x).tolist() == [[0, 3], [1, 4], [2, 5]]

def test_wide_dtype_is_seen():
    assert double().dtype == np.dtype("float64")
""",
    "keys and trees": """
import jax, jax.numpy as jnp, numpy as np
from solution import init, same

def test_old_and_new_keys():
    for key in (jax.random.PRNGKey(3), jax.random.key(3)):
        params = init(key, [2, 3, 1])
        assert [layer["w"].shape for layer in params] == [(2, 3), (3, 1)]
        want = jax.random.normal(jax.random.split(jax.random.PRNGKey(3))[1], (3, 1))
        assert np.allclose(params[1]["w"], want)

def test_typed_key_comes_back():
    key = same(jax.random.key(7))
    assert jnp.issubdtype(key.dtype, jax.dtypes.prng_key)
    assert jax.random.key_data(key).tolist() == jax.random.key_data(jax.random.key(7)).tolist()
""",
    "jit and grad in the code": """
import jax.numpy as jnp, numpy as np
from solution import grads, loss, make_step

def test_gradient():
    params, x = [{"w": jnp.full((2, 1), 0.5), "b": jnp.zeros(1)}], jnp.asarray([[1.0, 2.0]])
    got = grads(params, x)
    assert type(got).__name__ == "State" and int(got.step) == 1
    slope = 1 - np.tanh(1.5) ** 2
    assert np.allclose(got.mean["w"][:, 0], [slope, 2 * slope])
    assert abs(float(loss(params, x)) - np.tanh(1.5)) < 1e-6

def test_closure():
    assert make_step(0.5)({"a": jnp.ones(2)})["a"].tolist() == [0.5, 0.5]
""",
    "library functions": """
import jax, jax.numpy as jnp
from solution import apply, give_function

def test_by_name():
    for function in (jax.nn.relu, jnp.abs, jax.nn.softplus, jnp.negative, jax.lax.square):
        assert apply(function, jnp.asarray([2.0]))[0] == function(jnp.asarray([2.0]))[0]

def test_from_the_code():
    assert give_function()["act"](jnp.asarray([-1.0])).tolist() == [0.0]
""",
    "errors": """
import jax, jax.numpy as jnp, pytest
from solution import apply, bad, loss

def test_of_jax_are_builtin():
    with pytest.raises(TypeError):
        bad(jnp.ones(()))

def test_tracers_stay():
    with pytest.raises(TypeError, match="tracer"):
        jax.grad(lambda x: apply(jnp.sum, x))(jnp.ones(2))
""",
}
ENTRY_POINTS = "backends same kinds init loss grads apply make_step give_function double bad".split()  # noqa: SIM905


def problems(verdict: dict[str, Any]) -> list[Any]:
    return [verdict["message"], [one for one in verdict["tests"] if one["outcome"] != "passed"]]


@pytest.mark.parametrize("name", PROBES)
def test_the_split_serves_jax(jax_server: Server, name: str) -> None:
    assert jax_server.ready["versions"]["jax"]
    verdict = jax_server.judge(CODE, PROBES[name], ENTRY_POINTS, seconds=60)
    assert verdict["verdict"] == "passed", problems(verdict)
    assert verdict["integrity"] == "split"
    assert jax_server.clean == {"type": "clean", "id": "sample", "leftovers": 0}


def test_a_failed_comparison_shows_numbers(jax_server: Server) -> None:
    tests = "import jax.numpy as jnp\nfrom solution import same\n\ndef test_it():\n"
    tests += "    assert same(jnp.ones((), 'bfloat16')) == jnp.asarray(2.0)\n"
    verdict = jax_server.judge(CODE, tests, ENTRY_POINTS, seconds=60)
    assert verdict["verdict"] == "failed", problems(verdict)
    values = verdict["tests"][0]["values"]
    assert (values["got"]["dtype"], values["got"]["head"]) == ("bfloat16", [1.0])
    assert values["expected"]["head"] == [2.0]
    assert values["difference"]["max_abs"] == 1.0


SKELETONS = {
    "negative shape": '["ja", "float32", [-1, 2], 0]',
    "object dtype": '["ja", "object", [1], 0]',
    "no buffer": '["ja", "float32", [2], 7]',
    "key of a foreign kind": '["jk", "mine", ["ja", "uint32", [2], 0]]',
    "function of jax": '["q", "jax", "jit"]',
}


@pytest.mark.parametrize("name", SKELETONS)
def test_forged_arrays_are_refused(jax_server: Server, name: str) -> None:
    code = f"""
import sys

class Token:
    pass

def f(x):
    for module in list(sys.modules.values()):
        if isinstance(getattr(module, "ENCODERS", None), dict):
            module.ENCODERS[Token] = lambda *_: {SKELETONS[name]}
    return Token()
"""
    verdict = jax_server.judge(code, "from solution import f\n\ndef test_taken():\n    f(1)\n", ["f"], seconds=60)
    assert verdict["verdict"] == "tampered", problems(verdict)
