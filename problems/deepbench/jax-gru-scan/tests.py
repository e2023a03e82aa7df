import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import gru_cell, gru_sequence

T, B, F, H = 5, 3, 2, 4


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def random_case(seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"wx": (F, 3 * H), "wh": (H, 3 * H), "bx": (3 * H,), "bh": (3 * H,)}
    params = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    h, x = (rng.standard_normal(shape).astype(np.float32) for shape in ((B, H), (T, B, F)))
    return params, h, x, rng.random((T, B)) < 0.6


def sigmoid(v):
    return 1 / (1 + math.exp(-v))


def cell_by_hand(params, h, x):
    p = {name: value.astype(float) for name, value in params.items()}
    gx, gh = x.astype(float) @ p["wx"] + p["bx"], h.astype(float) @ p["wh"] + p["bh"]
    new = []
    for k in range(H):
        r, z = sigmoid(gx[k] + gh[k]), sigmoid(gx[H + k] + gh[H + k])
        n = math.tanh(gx[2 * H + k] + r * gh[2 * H + k])
        new.append((1 - z) * n + z * h[k])
    return np.array(new)


def test_cell():
    params, h, x, _ = random_case(1)
    got = np.asarray(gru_cell(*given(params, h, x[0])))
    assert got.shape == (B, H)
    for b in range(B):
        assert np.allclose(got[b], cell_by_hand(params, h[b], x[0, b]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("seed", [2, 3])
def test_sequence(seed):
    params, h, x, mask = random_case(seed)
    mask[:, 0] = True
    outputs, last = (np.asarray(part) for part in gru_sequence(*given(params, h, x, mask)))
    assert (outputs.shape, last.shape) == ((T, B, H), (B, H))
    for b in range(B):
        state = h[b]
        for t in range(T):
            if mask[t, b]:
                state = cell_by_hand(params, state, x[t, b])
            assert np.allclose(outputs[t, b], state if mask[t, b] else 0.0, rtol=1e-4, atol=1e-5)
        assert np.allclose(last[b], state, rtol=1e-4, atol=1e-5)


def test_nothing_known():
    params, h, x, _ = random_case(4)
    outputs, last = gru_sequence(*given(params, h, x, np.zeros((T, B), bool)))
    assert (np.asarray(outputs) == 0).all()
    assert (np.asarray(last) == h).all()


def test_padding_at_the_end_changes_nothing():
    params, h, x, mask = random_case(5)
    mask[:3], mask[3:] = True, False
    other = x.copy()
    other[3:] += 7
    first, second = gru_sequence(*given(params, h, x, mask)), gru_sequence(*given(params, h, other, mask))
    assert np.allclose(first[0], second[0])
    assert np.allclose(first[1], second[1])
    assert np.allclose(first[1], first[0][2], rtol=1e-6)
