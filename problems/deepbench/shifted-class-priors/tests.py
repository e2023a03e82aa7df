import itertools
import math

import numpy as np
import pytest
from solution import estimate_priors, reweight


def logs(seed, n, c):
    probs = np.random.default_rng(seed).dirichlet(np.full(c, 0.5), n) * 0.98 + 0.02 / c
    return np.log(probs)


def by_hand(log_probs, train, new):
    rows = []
    for row in log_probs.tolist():
        weights = [math.exp(v) * b / a for v, a, b in zip(row, train, new, strict=True)]
        rows.append([w / sum(weights) for w in weights])
    return rows


@pytest.mark.parametrize(("n", "c"), [(1, 2), (6, 3), (20, 5)])
def test_reweight_matches_plain_loops(n, c):
    rng = np.random.default_rng(c)
    log_probs, train, new = logs(n, n, c), rng.dirichlet(np.ones(c)), rng.dirichlet(np.ones(c))
    before = log_probs.copy()
    got = reweight(log_probs, train, new)
    assert (log_probs == before).all()
    assert got.dtype == np.float64
    for a, b in zip(np.exp(got).tolist(), by_hand(log_probs, train, new), strict=True):
        assert a == pytest.approx(b, rel=1e-9)


def test_reweight_by_hand():
    got = reweight(np.log([[0.5, 0.5], [0.9, 0.1]]), np.array([0.5, 0.5]), np.array([0.1, 0.9]))
    assert np.exp(got[0]).tolist() == pytest.approx([0.1, 0.9])
    assert np.exp(got[1]).tolist() == pytest.approx([0.5, 0.5])


def test_very_low_probabilities():
    got = reweight(np.array([[-1e4, 0.0, -2000.0]]), np.full(3, 1 / 3), np.array([0.5, 0.25, 0.25]))
    assert got[0].tolist() == pytest.approx([-1e4 + math.log(2), 0.0, -2000.0], rel=1e-12)


def steps(log_probs, train, n):
    priors = train.tolist()
    history = [priors]
    for _ in range(n):
        rows = by_hand(log_probs, train.tolist(), priors)
        priors = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)]
        history.append(priors)
    return history


@pytest.mark.parametrize("iterations", [0, 1, 2, 7])
def test_iterations(iterations):
    log_probs, train = logs(1, 15, 3), np.array([0.2, 0.3, 0.5])
    got = estimate_priors(log_probs, train.copy(), iterations, 0.0)
    assert got.dtype == np.float64
    assert got.tolist() == pytest.approx(steps(log_probs, train, iterations)[-1], rel=1e-9)


@pytest.mark.parametrize("tolerance", [0.2, 0.01, 1e-3])
def test_it_ends_after_a_small_change(tolerance):
    log_probs, train = logs(2, 15, 3), np.array([0.1, 0.2, 0.7])
    history = steps(log_probs, train, 60)
    changes = [max(abs(a - b) for a, b in zip(*pair, strict=True)) for pair in itertools.pairwise(history)]
    end = next(i for i, change in enumerate(changes) if change <= tolerance)
    got = estimate_priors(log_probs, train, tolerance=tolerance)
    assert got.tolist() == pytest.approx(history[end + 1], rel=1e-9)


def test_defaults():
    log_probs, train = logs(3, 6, 2), np.array([0.5, 0.5])
    # The classes overlap so much that the estimate still moves after 100 iterations.
    log_probs = np.log(0.5 + (np.exp(log_probs) - 0.5) * 0.1)
    assert estimate_priors(log_probs, train).tolist() == pytest.approx(steps(log_probs, train, 100)[-1], rel=1e-9)


def test_it_finds_the_shifted_frequencies():
    # Feature x is normal around 0 or 2; the classifier is the exact posterior for equally frequent classes.
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, 3600), rng.normal(2, 1, 400)])
    odds = np.stack([-(x**2) / 2, -((x - 2) ** 2) / 2], axis=1)
    log_probs = odds - np.logaddexp(odds[:, :1], odds[:, 1:])
    # tolerance: a statistical estimate from 4000 samples
    assert estimate_priors(log_probs, np.array([0.5, 0.5])).tolist() == pytest.approx([0.9, 0.1], abs=0.02)
