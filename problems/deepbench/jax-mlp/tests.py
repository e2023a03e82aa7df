import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import apply_mlp, init_mlp


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def test_parameters():
    params = init_mlp(jax.random.PRNGKey(0), [100, 100, 100])
    assert [(layer["w"].shape, layer["b"].shape) for layer in params] == [((100, 100), (100,))] * 2
    weights = [np.asarray(layer["w"]) for layer in params]
    for layer, w in zip(params, weights, strict=True):
        assert (w.dtype, layer["b"].dtype) == (np.float32, np.float32)
        assert set(layer) == {"w", "b"}
        assert (np.asarray(layer["b"]) == 0).all()
        assert abs(w.mean()) < 0.01
        # tolerance: several standard errors of a sample this large
        # tolerance: the deviation of random numbers
        assert w.std() == pytest.approx(math.sqrt(2 / 100), rel=0.04)
        assert np.abs(w).max() > 0.4
    assert abs(np.corrcoef(weights[0].ravel(), weights[1].ravel())[0, 1]) < 0.05
    again = init_mlp(jax.random.PRNGKey(0), [100, 100, 100])
    assert all((np.asarray(layer["w"]) == w).all() for layer, w in zip(again, weights, strict=True))
    other = init_mlp(jax.random.PRNGKey(1), [100, 100, 100])
    assert all((np.asarray(layer["w"]) != w).any() for layer, w in zip(other, weights, strict=True))


def random_params(sizes, seed=0):
    rng = np.random.default_rng(seed)
    return [
        {"w": rng.standard_normal((a, b)).astype(np.float32), "b": rng.standard_normal(b).astype(np.float32)}
        for a, b in zip(sizes, sizes[1:])
    ]


def by_hand(params, x):
    for i, layer in enumerate(params):
        x = x @ layer["w"].astype(np.float64) + layer["b"].astype(np.float64)
        if i + 1 < len(params):
            x = np.where(x > 0, x, 0.0)
    return x


@pytest.mark.parametrize("sizes", [[3, 2], [4, 6, 5, 2]])
def test_matches_numpy(sizes):
    params = random_params(sizes)
    x = np.random.default_rng(1).standard_normal((7, sizes[0])).astype(np.float32)
    got = np.asarray(apply_mlp(*given(params, x)))
    assert got.shape == (7, sizes[-1])
    assert np.allclose(got, by_hand(params, x), rtol=1e-4, atol=1e-5)


def test_leading_dimensions():
    params = random_params([3, 4, 2])
    x = np.random.default_rng(2).standard_normal((2, 5, 3)).astype(np.float32)
    assert np.allclose(apply_mlp(*given(params, x)), by_hand(params, x), rtol=1e-4, atol=1e-5)


def test_together():
    params = init_mlp(jax.random.PRNGKey(3), [100, 3])
    x = np.random.default_rng(3).standard_normal((6, 100)).astype(np.float32)
    assert [(layer["w"].shape, layer["b"].shape) for layer in params] == [((100, 3), (3,))]
    arrays = [{name: np.asarray(value) for name, value in layer.items()} for layer in params]
    assert np.allclose(apply_mlp(*given(params, x)), by_hand(arrays, x), rtol=1e-4, atol=1e-5)
