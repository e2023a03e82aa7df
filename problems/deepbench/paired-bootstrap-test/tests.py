import math

import numpy as np
import pytest
from solution import paired_bootstrap


def quantile(values, q):
    values = sorted(values)
    place = q * (len(values) - 1)
    low = math.floor(place)
    return values[low] + (place - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def by_hand(a, b, groups, seed, rounds, level):
    names = sorted(set(groups.tolist()))
    draws = np.random.default_rng(seed).integers(0, len(names), size=(rounds, len(names))).tolist()
    members = {n: [i for i, g in enumerate(groups.tolist()) if g == n] for n in names}
    differences = []
    for draw in draws:
        rows = [i for g in draw for i in members[names[g]]]
        differences.append(sum(a[i] - b[i] for i in rows) / len(rows))
    below, above = sum(d <= 0 for d in differences), sum(d >= 0 for d in differences)
    return {
        "difference": sum(a.tolist()) / len(a) - sum(b.tolist()) / len(b),
        "low": quantile(differences, (1 - level) / 2),
        "high": quantile(differences, (1 + level) / 2),
        "p": min(1.0, 2 * min(below, above) / rounds),
    }


@pytest.mark.parametrize(
    ("n", "n_groups", "rounds", "level"), [(1, 1, 1, 0.9), (20, 6, 50, 0.8), (30, 30, 101, 0.95), (60, 9, 80, 0.5)]
)
def test_matches_plain_loops(n, n_groups, rounds, level):
    rng = np.random.default_rng(n)
    # Multiples of 1/16, so that sums are exact and rounds with a difference of 0 are.
    a, b = rng.integers(0, 9, size=n) / 16, rng.integers(0, 8, size=n) / 16
    groups = rng.integers(0, n_groups, size=n) * 3 - 4
    before = a.copy(), b.copy()
    got = paired_bootstrap(a, b, groups, n, rounds, level)
    for old, new in zip(before, (a, b), strict=True):
        np.testing.assert_array_equal(old, new)
    assert got == pytest.approx(by_hand(a, b, groups, n, rounds, level), rel=1e-9, abs=1e-12)
    assert all(isinstance(value, float) for value in got.values())


def test_one_group_always_has_the_same_difference():
    got = paired_bootstrap(np.array([3.0, 1.0]), np.array([1.0, 2.0]), np.array([7, 7]), 0, 10)
    assert got == pytest.approx({"difference": 0.5, "low": 0.5, "high": 0.5, "p": 0.0})


def test_equal_models():
    got = paired_bootstrap(np.ones(4), np.ones(4), np.arange(4), 0, 10)
    assert got == {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0}


def test_groups_of_different_sizes():
    a, b, groups = np.array([1.0, 0.0, 0.0, 0.0, 0.0]), np.zeros(5), np.array([0, 1, 1, 1, 1])
    got = paired_bootstrap(a, b, groups, 3, 40, 0.9)
    assert got == pytest.approx(by_hand(a, b, groups, 3, 40, 0.9))
    assert {got["low"], got["high"]} == {0.0, 1.0}


def test_swapping_the_models_turns_the_interval_round():
    rng = np.random.default_rng(4)
    a, b, groups = rng.normal(size=30), rng.normal(size=30), np.arange(30) // 2
    one, other = paired_bootstrap(a, b, groups, 1, 60), paired_bootstrap(b, a, groups, 1, 60)
    assert one["low"] == pytest.approx(-other["high"])
    assert one["p"] == pytest.approx(other["p"])


def test_defaults():
    rng = np.random.default_rng(5)
    a, b, groups = rng.integers(0, 9, size=12) / 16, rng.integers(0, 8, size=12) / 16, np.arange(12)
    assert paired_bootstrap(a, b, groups, 2) == pytest.approx(by_hand(a, b, groups, 2, 1000, 0.95), rel=1e-9)


def test_shapes_must_agree():
    one, two, three = np.ones(1), np.ones(2), np.ones(3)
    for a, b, groups in [
        (two, three, two),
        (three, two, two),
        (two, two, three),
        (one, three, three),
        (three, one, three),
    ]:
        with pytest.raises(ValueError):
            paired_bootstrap(a, b, groups.astype(np.int64), 0)
