import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import predict_ensemble, stack_members

M, N, F, H = 3, 5, 2, 4


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def random_members(seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"w1": (F, H), "b1": (H,), "w2": (H,), "b2": ()}
    members = [
        {name: np.asarray(rng.standard_normal(shape), np.float32) for name, shape in shapes.items()} for _ in range(M)
    ]
    return members, rng.standard_normal((N, F)).astype(np.float32)


def predict_by_hand(member, row):
    p = {name: value.astype(float) for name, value in member.items()}
    hidden = [math.tanh(sum(row[f] * p["w1"][f, k] for f in range(F)) + p["b1"][k]) for k in range(H)]
    return sum(h * w for h, w in zip(hidden, p["w2"], strict=True)) + float(p["b2"])


def test_stacking():
    members, _ = random_members()
    stacked = stack_members(*given(members))
    assert set(stacked) == {"w1", "b1", "w2", "b2"}
    for name, value in stacked.items():
        assert value.shape == (M, *members[0][name].shape)
        assert all((np.asarray(value[m]) == members[m][name]).all() for m in range(M))


@pytest.mark.parametrize("seed", [1, 2])
def test_predictions(seed):
    members, x = random_members(seed)
    stacked = {name: np.stack([member[name] for member in members]) for name in members[0]}
    mean, std = (np.asarray(part) for part in predict_ensemble(*given(stacked, x)))
    assert (mean.shape, std.shape) == ((N,), (N,))
    for i, row in enumerate(x.astype(float)):
        values = [predict_by_hand(member, row) for member in members]
        assert mean[i] == pytest.approx(sum(values) / M, rel=1e-4, abs=1e-5)
        want = math.sqrt(sum((v - sum(values) / M) ** 2 for v in values) / M)
        assert std[i] == pytest.approx(want, rel=1e-4, abs=1e-5)


def test_equal_members_agree():
    members, x = random_members(3)
    mean, std = predict_ensemble(stack_members(*given([members[0]] * M)), *given(x))
    assert np.allclose(std, 0.0, atol=1e-5)
    assert np.allclose(mean, [predict_by_hand(members[0], row) for row in x.astype(float)], rtol=1e-4, atol=1e-5)
