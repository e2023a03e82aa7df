import math

import numpy as np
import pytest
from solution import interval_report


def by_hand(lower, upper, target, alpha):
    inside, widths, scores = [], [], []
    for low, high, y in zip(lower.tolist(), upper.tolist(), target.tolist(), strict=True):
        inside.append(low <= y <= high)
        widths.append(high - low)
        penalty = 2 / alpha * (low - y) if y < low else 2 / alpha * (y - high) if y > high else 0.0
        scores.append(high - low + penalty)
    n = len(widths)
    return {"coverage": sum(inside) / n, "width": math.fsum(widths) / n, "score": math.fsum(scores) / n}


@pytest.mark.parametrize(("n", "alpha"), [(1, 0.1), (10, 0.5), (100, 0.05), (57, 0.9)])
def test_matches_plain_loops(n, alpha):
    rng = np.random.default_rng(n)
    centre, target = rng.normal(size=n), rng.normal(size=n)
    half = rng.random(n)
    lower, upper = centre - half, centre + half
    before = lower.copy(), upper.copy()
    got = interval_report(lower, upper, target, alpha)
    for a, b in zip(before, (lower, upper), strict=True):
        np.testing.assert_array_equal(a, b)
    assert all(isinstance(value, float) for value in got.values())
    assert got == pytest.approx(by_hand(lower, upper, target, alpha), rel=1e-9)


def test_by_hand():
    lower, upper = np.array([0.0, 0.0, 0.0]), np.array([1.0, 2.0, 4.0])
    got = interval_report(lower, upper, np.array([0.5, 5.0, -1.0]), 0.5)
    assert got == pytest.approx({"coverage": 1 / 3, "width": 7 / 3, "score": (1 + (2 + 12) + (4 + 4)) / 3})


def test_targets_at_the_ends_are_covered():
    got = interval_report(np.array([1.0, 1.0]), np.array([3.0, 3.0]), np.array([1.0, 3.0]), 0.1)
    assert got == pytest.approx({"coverage": 1.0, "width": 2.0, "score": 2.0})


def test_intervals_without_width():
    got = interval_report(np.array([1.0, 1.0]), np.array([1.0, 1.0]), np.array([1.0, 2.0]), 0.25)
    assert got == pytest.approx({"coverage": 0.5, "width": 0.0, "score": 4.0})


def test_negative_numbers():
    got = interval_report(np.array([-5.0]), np.array([-3.0]), np.array([-7.0]), 0.8)
    assert got == pytest.approx({"coverage": 0.0, "width": 2.0, "score": 7.0})


def test_alpha_is_checked():
    one = np.ones(1)
    for alpha in (0.0, 1.0, -0.1, 1.5):
        with pytest.raises(ValueError):
            interval_report(one, one, one, alpha)
