import random

import numpy as np
import pytest
from solution import leave_last_out


def brute_force(users, items, times, min_items):
    """Every row's fate from comparisons with all other rows."""
    n = len(users)

    def earlier(a, b):
        return (times[a], a) < (times[b], b)

    kept = [
        i
        for i in range(n)
        if not any(users[j] == users[i] and items[j] == items[i] and earlier(j, i) for j in range(n))
    ]
    split = {"train": [], "val": [], "test": []}
    for i in kept:
        own = [j for j in kept if users[j] == users[i]]
        after = sum(earlier(i, j) for j in own)
        split["train" if len(own) < min_items or after > 1 else ("test", "val")[after]].append(i)
    trained = [items[i] for i in split["train"]]
    return {
        name: rows if name == "train" else [i for i in rows if trained.count(items[i]) > 0]
        for name, rows in split.items()
    }


@pytest.mark.parametrize("min_items", [2, 3, 5])
@pytest.mark.parametrize(
    ("seed", "n", "n_users", "n_items", "n_times"), [(1, 60, 9, 12, 10), (2, 80, 6, 30, 500), (3, 50, 12, 5, 3)]
)
def test_matches_brute_force(seed, n, n_users, n_items, n_times, min_items):
    rng = random.Random(seed)
    users = [rng.randrange(n_users) for _ in range(n)]
    items = [rng.randrange(n_items) for _ in range(n)]
    times = [rng.randrange(n_times) for _ in range(n)]
    before = (list(users), list(items), list(times))
    want = brute_force(users, items, times, min_items)
    assert leave_last_out(users, items, times, min_items) == want
    assert (users, items, times) == before
    arrays = leave_last_out(np.array(users), np.array(items), np.array(times, dtype=np.float64), min_items)
    assert {name: [int(row) for row in rows] for name, rows in arrays.items()} == want


def test_by_hand():
    #        0  1  2  3  4  5  6
    users = [1, 1, 2, 1, 2, 2, 3]
    items = [7, 8, 7, 9, 8, 9, 9]
    times = [3, 1, 5, 2, 4, 6, 0]
    # User 1: rows 1, 3, 0; user 2: rows 4, 2, 5; user 3 has one row. Trained items: 8, 8, 9; so item 7 is cold.
    assert leave_last_out(users, items, times) == {"train": [1, 4, 6], "val": [3], "test": [5]}


def test_equal_timestamps_go_by_index():
    assert leave_last_out([5, 5, 5, 6, 6], [1, 2, 3, 2, 3], [0, 0, 0, 0, 0]) == {
        "train": [0, 3, 4],
        "val": [1],
        "test": [2],
    }


def test_repeats_do_not_leak_and_do_not_count():
    # User 1 comes back to item 4 last; only the first visit counts, so item 6 is the last item.
    users, items, times = [1, 1, 1, 1, 2, 2], [4, 5, 6, 4, 5, 6], [10, 20, 30, 40, 0, 1]
    assert leave_last_out(users, items, times) == {"train": [0, 4, 5], "val": [1], "test": [2]}
    # Without repeats user 1 has two items only, which is too few.
    assert leave_last_out([1, 1, 1], [4, 5, 4], [1, 2, 3]) == {"train": [0, 1], "val": [], "test": []}


def test_min_items_two_may_leave_no_history():
    assert leave_last_out([1, 1, 2, 2, 2], [3, 4, 4, 3, 5], [1, 2, 1, 2, 3], 2) == {
        "train": [2],
        "val": [],
        "test": [1],
    }


def test_default_min_items_is_three():
    assert leave_last_out([1, 1, 2], [3, 4, 3], [1, 2, 1]) == {"train": [0, 1, 2], "val": [], "test": []}


def test_empty_log():
    assert leave_last_out([], [], []) == {"train": [], "val": [], "test": []}


@pytest.mark.parametrize(
    ("users", "items", "times", "min_items"),
    [([1, 2], [1], [1, 2], 3), ([1], [1, 2], [1, 2], 3), ([1, 2], [1, 2], [1], 3), ([1], [1], [1], 1)],
)
def test_errors(users, items, times, min_items):
    with pytest.raises(ValueError):
        leave_last_out(users, items, times, min_items)
