import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import loss_and_gradient, tversky_loss


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def by_hand(logits, labels, alpha, beta):
    n_classes = logits.shape[-1]
    tp, fp, fn = np.zeros(n_classes), np.zeros(n_classes), np.zeros(n_classes)
    for x, label in zip(logits.reshape(-1, n_classes).astype(float), labels.ravel().tolist(), strict=True):
        if label == -1:
            continue
        p = np.exp(x - x.max())
        p /= p.sum()
        for c in range(n_classes):
            if c == label:
                tp[c] += p[c]
                fn[c] += 1 - p[c]
            else:
                fp[c] += p[c]
    losses = [1 - tp[c] / (tp[c] + alpha * fp[c] + beta * fn[c]) for c in range(n_classes) if (labels == c).any()]
    return sum(losses) / len(losses) if losses else 0.0


def random_case(shape, n_classes, seed=0, ignored=0.3, absent=()):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, n_classes, shape)
    labels[rng.random(shape) < ignored] = -1
    for c in absent:
        labels[labels == c] = -1
    return (2 * rng.standard_normal((*shape, n_classes))).astype(np.float32), labels


@pytest.mark.parametrize("alpha, beta, absent", [(0.5, 0.5, []), (0.2, 0.7, [1]), (1.0, 2.0, [0, 3])])
def test_matches_plain_loops(alpha, beta, absent):
    logits, labels = random_case((2, 3, 4), 4, seed=1, absent=absent)
    loss = tversky_loss(*given(logits, labels), alpha, beta)
    assert np.asarray(loss).shape == ()
    assert float(loss) == pytest.approx(by_hand(logits, labels, alpha, beta), rel=1e-4)


def test_gradient():
    logits, labels = random_case((2, 3, 4), 4, seed=2, absent=[2])
    loss, gradient = loss_and_gradient(*given(logits, labels), 0.3, 0.7)
    gradient = np.asarray(gradient)
    assert float(loss) == pytest.approx(by_hand(logits, labels, 0.3, 0.7), rel=1e-4)
    assert gradient.shape == logits.shape
    assert (gradient[labels == -1] == 0).all()
    wide = logits.astype(float)
    for position in zip(*np.nonzero(labels >= 0), [0, 1, 2, 3] * 6, strict=False):
        sides = []
        for step in (1e-5, -1e-5):
            moved = wide.copy()
            moved[position] += step
            sides.append(by_hand(moved, labels, 0.3, 0.7))
        assert gradient[position] == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-4, abs=1e-6)


def test_all_ignored():
    logits, _ = random_case((2, 3, 4), 4)
    loss, gradient = loss_and_gradient(*given(logits, np.full((2, 3, 4), -1)), 0.5, 0.5)
    assert float(loss) == 0.0
    assert (np.asarray(gradient) == 0).all()


def test_one_pixel_worked_out_by_hand():
    logits, _ = random_case((2, 3, 4), 4)
    labels = np.full((2, 3, 4), -1)
    logits[1, 2, 0], labels[1, 2, 0] = np.log(np.float32([3.0, 1.0, 1e-30, 1e-30])), 0
    # TP = 3/4, no FP, FN = 1/4; the other classes do not occur.
    loss = tversky_loss(*given(logits, labels), 0.5, 2.0)
    assert float(loss) == pytest.approx(1 - 0.75 / (0.75 + 2 * 0.25), rel=1e-5)
