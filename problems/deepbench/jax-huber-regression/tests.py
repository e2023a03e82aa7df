import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import huber_loss, loss_and_gradients


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def random_case(n, n_features, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, n_features)).astype(np.float32)
    y = 3 * rng.standard_normal(n).astype(np.float32)
    params = {"w": rng.standard_normal(n_features).astype(np.float32), "b": np.float32(rng.standard_normal())}
    return params, x, y


def by_hand(params, x, y, delta):
    total, w, b = 0.0, np.zeros(len(params["w"])), 0.0
    for row, target in zip(x.astype(float), y.astype(float), strict=True):
        error = row @ params["w"].astype(float) + float(params["b"]) - target
        total += error**2 / 2 if abs(error) <= delta else delta * (abs(error) - delta / 2)
        slope = max(-delta, min(delta, error))
        w, b = w + slope * row, b + slope
    return total / len(x), w / len(x), b / len(x)


@pytest.mark.parametrize("delta", [0.5, 2.0])
def test_loss_and_gradients(delta):
    params, x, y = random_case(9, 3, seed=1)
    loss, gradients = loss_and_gradients(*given(params, x, y), delta)
    want, w, b = by_hand(params, x, y, delta)
    assert np.asarray(loss).shape == ()
    assert float(loss) == pytest.approx(want, rel=1e-4)
    assert set(gradients) == {"w", "b"}
    assert np.allclose(gradients["w"], w, rtol=1e-4, atol=1e-6)
    assert np.asarray(gradients["b"]).shape == ()
    assert float(gradients["b"]) == pytest.approx(b, rel=1e-4, abs=1e-6)
    assert float(huber_loss(*given(params, x, y), delta)) == pytest.approx(want, rel=1e-4)


def test_worked_out_by_hand():
    params = {"w": np.float32([2.0, 0.0, 0.0]), "b": np.float32(1.0)}
    x, y = np.zeros((9, 3), np.float32), np.ones(9, np.float32)
    x[1:3, 0], y[:3] = [1.0, 2.0], [0.0, 6.0, 5.5]
    # The errors are 1, -3, -0.5 and then 0.
    loss, gradients = loss_and_gradients(*given(params, x, y), 1.0)
    assert float(loss) == pytest.approx((0.5 + 2.5 + 0.125) / 9, rel=1e-5)
    assert float(gradients["b"]) == pytest.approx((1 - 1 - 0.5) / 9, rel=1e-5)
    assert np.allclose(gradients["w"], [(0 - 1 - 1) / 9, 0.0, 0.0], rtol=1e-5)
