import math

import numpy as np
import pandas as pd
import pytest
from solution import grouped_auc


def by_hand(log):
    each, weights = {}, {}
    for user in sorted(set(log["user"])):
        rows = [(s, c) for u, c, s in zip(log["user"], log["clicked"], log["score"], strict=True) if u == user]
        pairs = [(a > b) + 0.5 * (a == b) for a, c in rows if c for b, d in rows if not d]
        if pairs:
            each[user], weights[user] = sum(pairs) / len(pairs), len(rows)
    return sum(each[u] * weights[u] for u in each) / sum(weights.values()), each


def check(log, overall, each):
    got = grouped_auc(log)
    assert isinstance(got[0], float)
    assert got[0] == pytest.approx(overall, rel=1e-9, nan_ok=True)
    assert got[1].index.tolist() == list(each)
    assert got[1].tolist() == pytest.approx(list(each.values()), rel=1e-9)


def table(*rows):
    return pd.DataFrame(rows, columns=["user", "clicked", "score"])


@pytest.mark.parametrize(("n", "users", "levels"), [(12, 2, 3), (100, 7, 5), (150, 40, 1000)])
def test_matches_all_pairs(n, users, levels):
    rng = np.random.default_rng(n)
    log = pd.DataFrame(
        {
            "user": rng.integers(0, users, size=n),
            "clicked": rng.integers(0, 2, size=n),
            "score": rng.integers(0, levels, size=n) / levels,
        },
        index=rng.permutation(n) // 3,
    )
    before = log.copy()
    check(log, *by_hand(log))
    pd.testing.assert_frame_equal(log, before)


def test_by_hand():
    # b: 0.9 is above 0.5 and equal to 0.9; a: 0.1 is below 0.2.
    log = table(("b", 1, 0.9), ("b", 0, 0.5), ("a", 0, 0.2), ("b", 0, 0.9), ("a", 1, 0.1))
    check(log, 0.75 * 3 / 5, {"a": 0.0, "b": 0.75})


def test_scores_of_different_users_are_not_compared():
    check(table((1, 1, 0.2), (1, 0, 0.1), (2, 1, 0.9), (2, 0, 0.8)), 1.0, {1: 1.0, 2: 1.0})


def test_users_with_one_kind_only_are_left_out_with_their_weight():
    log = table((1, 1, 0.3), (1, 1, 0.1), (2, 0, 0.7), (3, 0, 0.7), (3, 1, 0.7))
    check(log, 0.5, {3: 0.5})


def test_booleans():
    log = table((1, True, 0.3), (1, False, 0.1), (1, False, 0.5))
    check(log, 0.5, {1: 0.5})


def test_nobody():
    check(table((1, 1, 0.3), (2, 0, 0.1)), math.nan, {})


def test_one_user_with_many_impressions():
    n = 100_000
    score = np.arange(n, dtype=np.float64)
    log = pd.DataFrame({"user": 5, "clicked": (np.arange(n) % 2), "score": score})
    # Clicked are 1, 3, 5 …: the one at 2i + 1 is above i + 1 of the n/2 others.
    check(log, (n / 2 + 1) / n, {5: (n / 2 + 1) / n})
