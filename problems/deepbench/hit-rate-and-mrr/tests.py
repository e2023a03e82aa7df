import math
import random

import pytest
from solution import ranking_scores


def by_hand(recommended, relevant, k):
    hits = reciprocal = users = 0
    for items, wanted in zip(recommended, relevant, strict=True):
        if len(wanted) == 0:
            continue
        users += 1
        places = [p for p in range(min(k, len(items))) if items[p] in wanted]
        if places:
            hits += 1
            reciprocal += 1 / (places[0] + 1)
    return {"hit_rate": hits / users, "mrr": reciprocal / users}


@pytest.mark.parametrize(("users", "items", "k"), [(1, 5, 3), (20, 10, 1), (20, 30, 5), (50, 12, 40)])
def test_matches_plain_loops(users, items, k):
    rng = random.Random(users + k)
    recommended = [rng.sample(range(items), rng.randrange(items + 1)) for _ in range(users)]
    relevant = [set(rng.sample(range(items), rng.randrange(4))) for _ in range(users - 1)] + [{0}]
    before = [list(row) for row in recommended]
    got = ranking_scores(recommended, relevant, k)
    assert recommended == before
    assert got == pytest.approx(by_hand(recommended, relevant, k))
    assert all(isinstance(value, float) for value in got.values())


def test_by_hand():
    got = ranking_scores([[5, 6, 7], [8, 9], [1, 2]], [{7}, {9, 8}, {3}], 3)
    assert got == pytest.approx({"hit_rate": 2 / 3, "mrr": (1 / 3 + 1) / 3})


def test_only_the_first_k_are_looked_at():
    assert ranking_scores([[1, 2, 3]], [{3}], 2) == {"hit_rate": 0.0, "mrr": 0.0}
    assert ranking_scores([[1, 2, 3]], [{3}], 3) == pytest.approx({"hit_rate": 1.0, "mrr": 1 / 3})


def test_the_first_relevant_item_counts():
    assert ranking_scores([[4, 1, 2]], [{1, 2}], 3) == {"hit_rate": 1.0, "mrr": 0.5}


def test_users_without_relevant_items_are_left_out():
    assert ranking_scores([[1], [1], [2]], [set(), {1}, set()], 1) == {"hit_rate": 1.0, "mrr": 1.0}


def test_users_without_recommendations_are_not():
    assert ranking_scores([[], [1]], [{1}, {1}], 1) == {"hit_rate": 0.5, "mrr": 0.5}


def test_nobody():
    for recommended, relevant in [([], []), ([[1]], [set()])]:
        got = ranking_scores(recommended, relevant, 3)
        assert math.isnan(got["hit_rate"])
        assert math.isnan(got["mrr"])


def test_k_is_checked():
    with pytest.raises(ValueError):
        ranking_scores([[1]], [{1}], 0)
