import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import logistic_loss, train

N, F = 8, 3


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def random_case(seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((N, F)).astype(np.float32)
    return rng.standard_normal(F).astype(np.float32), x, (rng.random(N) < 0.5).astype(np.float32)


def loss_and_gradient(w, x, y, decay):
    loss, gradient = decay / 2 * float(w @ w), decay * w
    for row, label in zip(x.astype(float), y, strict=True):
        p = 1 / (1 + math.exp(-(row @ w)))
        loss -= math.log(p if label else 1 - p) / len(x)
        gradient = gradient + (p - label) * row / len(x)
    return loss, gradient


@pytest.mark.parametrize("decay", [0.0, 0.7])
def test_loss(decay):
    w, x, y = random_case(1)
    loss = logistic_loss(*given(w, x, y), decay)
    assert np.asarray(loss).shape == ()
    assert float(loss) == pytest.approx(loss_and_gradient(w.astype(float), x, y, decay)[0], rel=1e-4)


def test_loss_of_large_logits():
    x = np.zeros((N, F), np.float32)
    x[:4, 0] = [500.0, -500.0, 500.0, -500.0]
    y = np.float32([1, 0, 0, 1, 0, 0, 0, 0])
    loss = float(logistic_loss(*given(np.float32([1.0, 0.0, 0.0]), x, y), 0.0))
    assert loss == pytest.approx((1000 + 4 * math.log(2)) / 8, rel=1e-5)


@pytest.mark.parametrize("decay, rate", [(0.1, 0.5), (0.0, 0.05)])
def test_training(decay, rate):
    w, x, y = random_case(2)
    last, losses = train(*given(w, x, y), decay, rate, 6)
    assert np.asarray(losses).shape == (6,)
    want = w.astype(float)
    for step in range(6):
        loss, gradient = loss_and_gradient(want, x, y, decay)
        assert float(losses[step]) == pytest.approx(loss, rel=1e-4)
        want = want - rate * gradient
    assert np.allclose(last, want, rtol=1e-4, atol=1e-5)
