import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import fm_loss_and_gradients, fm_scores

N, K, F, D = 6, 4, 5, 3


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def random_case(seed=0):
    rng = np.random.default_rng(seed)
    params = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in (("w", F), ("v", (F, D)))}
    params["b"] = np.float32(rng.standard_normal())
    ids = rng.integers(-1, F, (N, K))
    ids[0], ids[1] = [2, 2, 4, -1], -1
    return params, ids, rng.standard_normal((N, K)).astype(np.float32), (rng.random(N) < 0.5).astype(np.float32)


def score_by_hand(params, ids, values):
    features = [(i, v) for i, v in zip(ids.tolist(), values.tolist(), strict=True) if i >= 0]
    total = float(params["b"]) + sum(float(params["w"][i]) * v for i, v in features)
    for k, (i, v) in enumerate(features):
        for j, u in features[k + 1 :]:
            total += float(params["v"][i].astype(float) @ params["v"][j].astype(float)) * v * u
    return total


def loss_by_hand(params, ids, values, clicked):
    total = 0.0
    for row, own, click in zip(ids, values, clicked, strict=True):
        score = score_by_hand(params, row, own) * (1 if click else -1)
        total += math.log1p(math.exp(-score))
    return total / len(ids)


@pytest.mark.parametrize("seed", [1, 2])
def test_scores(seed):
    params, ids, values, _ = random_case(seed)
    got = np.asarray(fm_scores(*given(params, ids, values)))
    assert got.shape == (N,)
    want = [score_by_hand(params, row, own) for row, own in zip(ids, values, strict=True)]
    assert np.allclose(got, want, rtol=1e-4, atol=1e-5)
    assert got[1] == pytest.approx(float(params["b"]), rel=1e-5)


def test_padding_may_have_any_value():
    params, ids, values, _ = random_case(3)
    other = np.where(ids == -1, np.float32(1e6), values)
    assert np.allclose(fm_scores(*given(params, ids, values)), fm_scores(*given(params, ids, other)), rtol=1e-5)


def test_loss_and_gradients():
    params, ids, values, clicked = random_case(4)
    clicked[:2] = [1.0, 0.0]
    loss, gradients = fm_loss_and_gradients(*given(params, ids, values, clicked))
    assert np.asarray(loss).shape == ()
    assert float(loss) == pytest.approx(loss_by_hand(params, ids, values, clicked), rel=1e-4)
    assert set(gradients) == {"b", "w", "v"}
    wide = {name: np.asarray(value, float) for name, value in params.items()}
    for name in wide:
        got = np.asarray(gradients[name])
        assert got.shape == params[name].shape
        for position in np.ndindex(got.shape):
            sides = []
            for step in (1e-5, -1e-5):
                moved = {key: value.copy() for key, value in wide.items()}
                moved[name][position] += step
                sides.append(loss_by_hand(moved, ids, values, clicked))
            assert got[position] == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-4, abs=1e-5)


def test_large_scores():
    params, ids, values, clicked = random_case(5)
    params = {"b": np.float32(500.0), "w": params["w"] * 0, "v": params["v"] * 0}
    clicked[:] = [1, 1, 0, 0, 0, 1]
    loss, gradients = fm_loss_and_gradients(*given(params, ids, values, clicked))
    assert float(loss) == pytest.approx(250.0, rel=1e-5)
    assert float(gradients["b"]) == pytest.approx(0.5, rel=1e-5)
