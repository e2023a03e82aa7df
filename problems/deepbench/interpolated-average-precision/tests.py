import numpy as np
import pytest
from solution import average_precision_101


def by_hand(scores, correct, n_objects):
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    curve, hits = [], 0
    for place, i in enumerate(order, start=1):
        hits += bool(correct[i])
        curve.append((hits, hits / place))
    return sum(max([p for h, p in curve if h * 100 >= i * n_objects] + [0.0]) for i in range(101)) / 101


@pytest.mark.parametrize(("n", "n_objects", "levels"), [(1, 1, 9), (10, 7, 3), (50, 40, 1000), (120, 100, 20)])
def test_matches_plain_loops(n, n_objects, levels):
    rng = np.random.default_rng(n)
    scores, correct = rng.integers(0, levels, size=n) / levels, rng.random(n) < 0.6
    correct &= np.cumsum(correct) <= n_objects
    before = scores.copy()
    got = average_precision_101(scores, correct, n_objects)
    np.testing.assert_array_equal(scores, before)
    assert isinstance(got, float)
    assert got == pytest.approx(by_hand(scores.tolist(), correct.tolist(), n_objects), rel=1e-9)


def test_by_hand():
    # Recall 1/2 at precision 1, then recall 1 at precision 2/3: 51 points at 1, 50 points at 2/3.
    got = average_precision_101(np.array([0.1, 0.9, 0.5]), np.array([True, True, False]), 2)
    assert got == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_precision_is_raised_to_what_comes_later():
    # Precisions 0, 1/2, 2/3, 3/4: the highest is at the greatest recall.
    got = average_precision_101(np.array([0.9, 0.8, 0.7, 0.6]), np.array([False, True, True, True]), 3)
    assert got == pytest.approx(0.75)


def test_objects_never_found():
    assert average_precision_101(np.array([0.9]), np.array([True]), 10) == pytest.approx(11 / 101)
    assert average_precision_101(np.array([0.9]), np.array([True]), 1000) == pytest.approx(1 / 101)


def test_all_or_nothing():
    scores = np.array([0.3, 0.2, 0.9])
    assert average_precision_101(scores, np.array([True] * 3), 3) == pytest.approx(1.0)
    assert average_precision_101(scores, np.array([False] * 3), 3) == 0.0
    assert average_precision_101(np.zeros(0), np.zeros(0, dtype=bool), 5) == 0.0


def test_equal_scores_stay_in_order():
    correct = np.arange(60) < 30
    assert average_precision_101(np.full(60, 0.5), correct, 30) == pytest.approx(1.0)
    assert average_precision_101(np.full(60, 0.5), ~correct, 30) == pytest.approx(0.5)
