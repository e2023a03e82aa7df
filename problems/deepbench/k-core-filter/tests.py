import random

import pandas as pd
import pytest
from solution import k_core


def core_by_hand(pairs, min_items, min_users):
    """Remove one row after the other, as long as one has to go."""
    left = list(range(len(pairs)))
    while True:
        for row in left:
            user, item = pairs[row]
            items = {pairs[r][1] for r in left if pairs[r][0] == user}
            users = {pairs[r][0] for r in left if pairs[r][1] == item}
            if len(items) < min_items or len(users) < min_users:
                left.remove(row)
                break
        else:
            return left


@pytest.mark.parametrize(
    ("seed", "n", "n_users", "n_items", "min_items", "min_users"),
    [(1, 50, 12, 10, 3, 3), (2, 50, 8, 20, 4, 2), (3, 40, 20, 6, 2, 4), (4, 30, 10, 10, 1, 1), (5, 1, 1, 1, 1, 1)],
)
def test_matches_removal_one_by_one(seed, n, n_users, n_items, min_items, min_users):
    rng = random.Random(seed)
    # Low ids are more popular, so that some part stays.
    pairs = [(int(rng.random() ** 2 * n_users), f"i{int(rng.random() ** 2 * n_items)}") for _ in range(n)]
    index = rng.sample(range(500), n)
    log = pd.DataFrame(pairs, columns=["user", "item"], index=index)
    log.insert(0, "rating", range(n))
    before = log.copy()
    got = k_core(log, min_items, min_users)
    pd.testing.assert_frame_equal(log, before)
    want = core_by_hand(pairs, min_items, min_users)
    assert want
    assert got.columns.tolist() == ["rating", "user", "item"]
    assert got.index.tolist() == [index[row] for row in want]
    assert got["rating"].tolist() == want
    assert list(zip(got["user"], got["item"], strict=True)) == [pairs[row] for row in want]


def log_of(text):
    return pd.DataFrame([(user, item) for user, item in text.split()], columns=["user", "item"])


def test_by_hand():
    # d meets only z; then z has one user; then c has one item; a and b stay with x and y.
    got = k_core(log_of("ax ay bx by cx cz dz"), 2, 2)
    assert (got["user"] + got["item"]).tolist() == ["ax", "ay", "bx", "by"]


def test_repeats_count_once_but_stay():
    got = k_core(log_of("ax ax ax bx by ay ax cz cz cz"), 2, 2)
    assert got.index.tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_the_two_limits():
    assert k_core(log_of("ax ay bx"), 1, 2).index.tolist() == [0, 2]
    assert k_core(log_of("ax ay bx"), 2, 1).index.tolist() == [0, 1]


def test_nothing_may_be_left():
    got = k_core(log_of("ax by cz"), 2, 2)
    assert got.shape == (0, 2)
