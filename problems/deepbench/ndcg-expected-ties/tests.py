import itertools
import math

import numpy as np
import pytest
from solution import ndcg_at_k


def dcg(relevances, k):
    return sum((2.0**r - 1) / math.log2(p + 1) for p, r in enumerate(relevances[:k], start=1))


def by_hand(scores, relevances, k):
    """Mean over all orders that sort the scores, written out."""
    levels = [[i for i, s in enumerate(scores) if s == level] for level in sorted(set(scores), reverse=True)]
    ties = [itertools.permutations(items) for items in levels if scores[items[0]] != -math.inf]
    orders = [[i for tie in order for i in tie] for order in itertools.product(*ties)]
    ideal = dcg(sorted(relevances, reverse=True), k)
    if ideal == 0:
        return math.nan
    return sum(dcg([relevances[i] for i in order], k) for order in orders) / len(orders) / ideal


@pytest.mark.parametrize(
    ("n_items", "levels", "ks"),
    [(1, 2, [1, 3]), (4, 1, [2, 9]), (5, 3, [1, 2, 3, 5]), (5, 50, [1, 3]), (6, 2, [2, 3, 5])],
)
def test_mean_over_all_orders(n_items, levels, ks):
    rng = np.random.default_rng(n_items * 10 + levels)
    scores = rng.integers(0, levels, size=(5, n_items)) / 8 - 1
    scores[rng.random(scores.shape) < 0.15] = -np.inf
    relevance = rng.integers(0, 4, size=scores.shape) * (rng.random(scores.shape) < 0.6)
    before = scores.copy(), relevance.copy()
    for k in ks:
        mean, each = ndcg_at_k(scores, relevance, k)
        np.testing.assert_array_equal(scores, before[0])
        np.testing.assert_array_equal(relevance, before[1])
        want = [by_hand(s, r, k) for s, r in zip(scores.tolist(), relevance.tolist(), strict=True)]
        assert isinstance(mean, float)
        assert each.dtype == np.float64
        assert each.tolist() == pytest.approx(want, rel=1e-9, abs=1e-12, nan_ok=True)
        known = [v for v in want if v == v]
        assert mean == pytest.approx(sum(known) / len(known) if known else math.nan, rel=1e-9, nan_ok=True)


def test_many_items_without_ties():
    rng = np.random.default_rng(0)
    scores, relevance = rng.normal(size=(3, 50)), rng.integers(0, 5, size=(3, 50))
    for k in (1, 10, 50, 80):
        each = ndcg_at_k(scores, relevance, k)[1]
        for user in range(3):
            ranked = [r for _, r in sorted(zip(-scores[user], relevance[user].tolist(), strict=True))]
            want = dcg(ranked, k) / dcg(sorted(ranked, reverse=True), k)
            assert each[user] == pytest.approx(want, rel=1e-9)


def test_by_hand():
    # The tied pair is at positions 2 and 3, of which only 2 counts: half the time the relevant item is there.
    mean, each = ndcg_at_k(np.array([[0.9, 0.5, 0.5, 0.1]]), np.array([[0, 1, 0, 0]]), 2)
    assert mean == pytest.approx(0.5 / math.log2(3))
    assert each.tolist() == pytest.approx([0.5 / math.log2(3)])
    assert ndcg_at_k(np.array([[3.0, 2.0]]), np.array([[1, 3]]), 2)[0] == pytest.approx(
        (1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3))
    )


def test_equal_scores_do_not_profit_from_storage_order():
    relevance = np.zeros((2, 100))
    relevance[0, :5] = relevance[1, -5:] = 1
    want = sum(1 / math.log2(p + 1) for p in range(1, 11)) * 0.05 / sum(1 / math.log2(p + 1) for p in range(1, 6))
    assert ndcg_at_k(np.full((2, 100), 0.3), relevance, 10)[1].tolist() == pytest.approx([want] * 2, rel=1e-9)


def test_float32_scores_tie_only_when_equal():
    scores = np.array([[1.0, np.nextafter(np.float32(1), np.float32(2))]] * 2, dtype=np.float32)
    assert ndcg_at_k(scores, np.array([[0, 1], [1, 0]]), 1)[1].tolist() == [1.0, 0.0]


def test_items_not_recommended_count_in_the_ideal_only():
    scores = np.array([[-np.inf, 1.0, 0.5], [-np.inf, -np.inf, -np.inf]])
    mean, each = ndcg_at_k(scores, np.array([[2, 0, 1], [0, 1, 1]]), 3)
    want = (1 / math.log2(3)) / (3 + 1 / math.log2(3))
    assert each.tolist() == pytest.approx([want, 0.0])
    assert mean == pytest.approx(want / 2)
    # Scores of +inf are ordinary.
    assert ndcg_at_k(np.array([[np.inf, np.inf, 0.0]]), np.array([[0, 1, 0]]), 1)[0] == pytest.approx(0.5)


def test_users_without_relevant_items_are_left_out():
    scores = np.array([[2.0, 1.0], [2.0, 1.0], [2.0, 1.0]])
    mean, each = ndcg_at_k(scores, np.array([[1, 0], [0, 0], [0, 1]]), 1)
    assert each.tolist() == pytest.approx([1.0, math.nan, 0.0], nan_ok=True)
    assert mean == pytest.approx(0.5)
    mean, each = ndcg_at_k(scores, np.zeros((3, 2)), 1)
    assert math.isnan(mean)
    assert np.isnan(each).all()
    mean, each = ndcg_at_k(np.zeros((0, 4)), np.zeros((0, 4)), 3)
    assert math.isnan(mean)
    assert each.shape == (0,)


def test_high_grades_in_narrow_dtypes():
    scores, grades = np.array([[3.0, 2.0, 1.0]]), [10, 50, 33]
    for dtype in (np.uint8, np.int8, np.int32, np.float32):
        got = ndcg_at_k(scores, np.array([grades]).astype(dtype), 3)[0]
        assert got == pytest.approx(dcg(grades, 3) / dcg([50, 33, 10], 3), rel=1e-9)


def test_errors():
    ok = np.ones((2, 3))
    with pytest.raises(ValueError):
        ndcg_at_k(ok, ok, 0)
    with pytest.raises(ValueError):
        ndcg_at_k(ok, np.ones((2, 1)), 1)
    with pytest.raises(ValueError):
        ndcg_at_k(ok, np.ones((1, 3)), 1)
    with pytest.raises(ValueError):
        ndcg_at_k(np.array([[1.0, np.nan]]), np.ones((1, 2)), 1)
