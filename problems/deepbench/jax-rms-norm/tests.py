import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import rms_norm


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def by_hand(x, scale, eps):
    x = x.astype(float)
    rows = [row / np.sqrt(np.mean(row * row) + eps) * scale for row in x.reshape(-1, x.shape[-1])]
    return np.array(rows).reshape(x.shape)


def random_case(seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((2, 3, 5)).astype(np.float32) + 1, rng.standard_normal(5).astype(np.float32)


@pytest.mark.parametrize("eps", [1e-6, 0.5])
def test_matches_numpy(eps):
    x, scale = random_case()
    got = np.asarray(rms_norm(*given(x, scale), eps))
    assert got.dtype == np.float32
    assert got.shape == x.shape
    assert np.allclose(got, by_hand(x, scale.astype(float), eps), rtol=1e-4, atol=1e-6)


def test_the_default_epsilon():
    x, scale = random_case(1)
    x *= 1e-3
    assert np.allclose(rms_norm(*given(x, scale)), by_hand(x, scale.astype(float), 1e-6), rtol=1e-4)
    assert np.asarray(rms_norm(*given(np.zeros_like(x), scale))).tolist() == np.zeros_like(x).tolist()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision(dtype):
    x, scale = random_case(2)
    narrow = jnp.asarray(300 * x).astype(dtype)
    got = rms_norm(*given(narrow, scale))
    assert got.dtype == jnp.dtype(dtype)
    want = by_hand(np.asarray(narrow).astype(np.float32), scale.astype(float), 1e-6)
    # tolerance: half a unit in the last place of the dtype, which is what rounding once costs
    assert np.allclose(np.asarray(got).astype(float), want, rtol=6e-4 if dtype == "float16" else 4.5e-3)
