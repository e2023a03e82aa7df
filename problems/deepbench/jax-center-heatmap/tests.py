import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import center_loss, center_targets


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def targets_by_hand(centers, classes, sigmas, n_classes, size):
    maps = np.zeros((*size, n_classes))
    for (r, c), k, sigma in zip(centers.tolist(), classes.tolist(), sigmas.tolist(), strict=True):
        for i in range(size[0]):
            for j in range(size[1]):
                value = math.exp(-((i - r) ** 2 + (j - c) ** 2) / (2 * sigma**2))
                maps[i, j, k] = max(maps[i, j, k], value)
    return maps


def random_objects(n, n_classes, size, seed=0):
    rng = np.random.default_rng(seed)
    centers = np.stack([rng.integers(0, size[0], n), rng.integers(0, size[1], n)], axis=1).astype(np.float32)
    return centers, rng.integers(0, n_classes, n), (rng.random(n) * 2 + 0.5).astype(np.float32)


@pytest.mark.parametrize("n, n_classes, size", [(5, 3, (6, 9)), (0, 2, (3, 4))])
def test_targets(n, n_classes, size):
    centers, classes, sigmas = random_objects(n, n_classes, size)
    got = np.asarray(center_targets(*given(centers, classes, sigmas), n_classes, size))
    assert got.shape == (*size, n_classes)
    assert got.dtype == np.float32
    assert np.allclose(got, targets_by_hand(centers, classes, sigmas, n_classes, size), rtol=1e-4, atol=1e-6)
    assert (got == 1).sum() == len({(*c, k) for c, k in zip(centers.tolist(), classes.tolist(), strict=True)})


def test_centres_between_cells():
    got = center_targets(*given(np.float32([[0.5, 1.25]]), np.array([0]), np.float32([1.0])), 1, (2, 2))
    want = [[math.exp(-(0.25 + d**2) / 2) for d in (1.25, 0.25)]] * 2
    assert np.allclose(np.asarray(got)[:, :, 0], want, rtol=1e-4)


def log_sigmoid(x):
    return -math.log1p(math.exp(-x)) if x > -30 else x


def loss_by_hand(logits, targets):
    total, centers = 0.0, 0
    for x, t in zip(logits.astype(float).ravel().tolist(), targets.astype(float).ravel().tolist(), strict=True):
        p, not_p = math.exp(log_sigmoid(x)), math.exp(log_sigmoid(-x))
        if t == 1:
            centers += 1
            total -= not_p**2 * log_sigmoid(x)
        else:
            total -= (1 - t) ** 4 * p**2 * log_sigmoid(-x)
    return total / max(centers, 1)


@pytest.mark.parametrize("n", [6, 0])
def test_loss(n):
    size = (4, 5, 3)
    rng = np.random.default_rng(n)
    logits = (3 * rng.standard_normal(size)).astype(np.float32)
    targets = (rng.random(size) * 0.99).astype(np.float32)
    targets.reshape(-1)[rng.permutation(60)[:n]] = 1.0
    loss = center_loss(*given(logits, targets))
    assert np.asarray(loss).shape == ()
    assert float(loss) == pytest.approx(loss_by_hand(logits, targets), rel=1e-4)


def test_loss_of_large_logits():
    logits, targets = np.full((4, 5, 3), -500, np.float32), np.zeros((4, 5, 3), np.float32)
    logits[0, 0], logits[1, 0, :2] = [500.0, -500.0, 500.0], [-500.0, 20.0]
    targets[0, 0], targets[1, 0, 0] = [1.0, 1.0, 0.5], 0.5
    want = (0 + 500 + 0.5**4 * 500 + 0 + 20) / 2
    assert float(center_loss(*given(logits, targets))) == pytest.approx(want, rel=1e-5)
