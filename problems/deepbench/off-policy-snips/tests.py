import math

import numpy as np
import pytest
from solution import off_policy_value


def by_hand(rewards, logged, target, max_weight):
    weights = [min(t / p, max_weight) for t, p in zip(target.tolist(), logged.tolist(), strict=True)]
    earned = [w * r for w, r in zip(weights, rewards.tolist(), strict=True)]
    return {
        "ips": sum(earned) / len(earned),
        "snips": sum(earned) / sum(weights),
        "ess": sum(weights) ** 2 / sum(w * w for w in weights),
    }


@pytest.mark.parametrize(("n", "max_weight"), [(1, 5.0), (20, 1.5), (100, 3.0), (300, 1e9)])
def test_matches_plain_loops(n, max_weight):
    rng = np.random.default_rng(n)
    rewards, logged, target = rng.normal(size=n), rng.random(n) + 0.01, rng.random(n)
    before = rewards.copy()
    got = off_policy_value(rewards, logged, target, max_weight)
    np.testing.assert_array_equal(rewards, before)
    assert got == pytest.approx(by_hand(rewards, logged, target, max_weight), rel=1e-9)
    assert all(isinstance(value, float) for value in got.values())


def test_by_hand():
    # Weights 2, 0 and 8 cut to 4.
    got = off_policy_value(np.array([1.0, 1.0, 0.5]), np.array([0.25, 0.5, 0.125]), np.array([0.5, 0.0, 1.0]), 4.0)
    assert got == pytest.approx({"ips": 4 / 3, "snips": 4 / 6, "ess": 36 / 20})


def test_the_same_policy():
    got = off_policy_value(np.array([0.0, 1.0]), np.array([0.3, 0.6]), np.array([0.3, 0.6]), 10.0)
    assert got == pytest.approx({"ips": 0.5, "snips": 0.5, "ess": 2.0})


def test_small_weights():
    got = off_policy_value(np.array([3.0]), np.array([0.8]), np.array([0.2]), 1.0)
    assert got == pytest.approx({"ips": 0.75, "snips": 3.0, "ess": 1.0})


def test_the_new_policy_shows_none_of_it():
    got = off_policy_value(np.ones(2), np.full(2, 0.5), np.zeros(2), 1.0)
    assert (got["ips"], got["ess"]) == (0.0, 0.0)
    assert math.isnan(got["snips"])


def test_logged_probabilities_are_checked():
    for logged in ([0.5, 0.0], [-0.1, 0.5]):
        with pytest.raises(ValueError):
            off_policy_value(np.ones(2), np.array(logged), np.ones(2), 1.0)
