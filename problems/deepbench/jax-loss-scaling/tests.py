import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import scaled_step


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def random_case(seed=0):
    rng = np.random.default_rng(seed)
    params = {"layer": [rng.standard_normal((2, 3)).astype(np.float32)], "b": rng.standard_normal(3).astype(np.float32)}
    grads = {"layer": [(9 * rng.standard_normal((2, 3))).astype(np.float16)], "b": np.float16([1.0, -2.0, 60000.0])}
    return params, grads


def state_of(scale, good):
    return {"scale": np.float32(scale), "good": np.int32(good)}


def leaves(tree):
    return [np.asarray(tree["layer"][0]), np.asarray(tree["b"])]


def plain(state):
    assert set(state) == {"scale", "good"}
    assert (np.asarray(state["scale"]).dtype, np.asarray(state["good"]).dtype) == (np.float32, np.int32)
    return float(state["scale"]), int(state["good"])


@pytest.mark.parametrize("scale, good, want", [(1024.0, 0, (1024.0, 1)), (8.0, 3, (16.0, 0)), (1.0, 2, (1.0, 3))])
def test_a_good_step(scale, good, want):
    params, grads = random_case()
    new, state = scaled_step(*given(params, grads, state_of(scale, good)), 0.1, 4)
    for p, g, n in zip(leaves(params), leaves(grads), leaves(new), strict=True):
        assert n.dtype == np.float32
        assert np.allclose(n, p.astype(float) - 0.1 * g.astype(float) / scale, rtol=1e-4, atol=1e-6)
    assert plain(state) == want


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("scale, want", [(1024.0, 512.0), (1.5, 1.0), (1.0, 1.0)])
def test_a_skipped_step(bad, scale, want):
    params, grads = random_case(1)
    grads["layer"][0][1, 2] = bad
    new, state = scaled_step(*given(params, grads, state_of(scale, 3)), 0.1, 4)
    assert all((p == n).all() for p, n in zip(leaves(params), leaves(new), strict=True))
    assert plain(state) == (want, 0)


def test_several_steps():
    params, grads = random_case(2)
    bad = {"layer": [np.full((2, 3), np.inf, np.float16)], "b": grads["b"]}
    state, seen = state_of(4.0, 0), []
    for now in [grads, grads, grads, bad, grads, grads]:
        params, state = scaled_step(*given(params, now, state), 0.01, 2)
        seen.append(plain(state))
    assert seen == [(4.0, 1), (8.0, 0), (8.0, 1), (4.0, 0), (4.0, 1), (8.0, 0)]
