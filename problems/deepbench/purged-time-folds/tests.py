import numpy as np
import pytest
from solution import purged_folds


def by_hand(start, end, n_folds, embargo):
    start, end = start.tolist(), end.tolist()
    order = sorted(range(len(start)), key=lambda i: (start[i], i))
    folds = []
    for part in range(n_folds):
        size = len(start) // n_folds + (part < len(start) % n_folds)
        test, order = order[:size], order[size:]
        low, high = min(start[i] for i in test), max(end[i] for i in test)
        times = set(range(low, high + 1))
        train = []
        for i in range(len(start)):
            overlaps = bool(times & set(range(start[i], end[i] + 1)))
            late = start[i] > high and start[i] - high <= embargo
            if i not in test and not overlaps and not late:
                train.append(i)
        folds.append((train, sorted(test)))
    return folds


def plain(folds):
    return [(np.asarray(train).tolist(), np.asarray(test).tolist()) for train, test in folds]


@pytest.mark.parametrize(
    ("n", "n_folds", "times", "longest"), [(2, 2, 9, 1), (23, 4, 60, 5), (40, 6, 25, 3), (31, 5, 200, 40)]
)
def test_matches_plain_loops(n, n_folds, times, longest):
    rng = np.random.default_rng(n)
    start = rng.integers(0, times, size=n)
    end = start + rng.integers(0, longest, size=n)
    before = start.copy(), end.copy()
    for embargo in (0, 1, 7):
        assert plain(purged_folds(start, end, n_folds, embargo)) == by_hand(start, end, n_folds, embargo)
    np.testing.assert_array_equal(start, before[0])
    np.testing.assert_array_equal(end, before[1])


def test_by_hand():
    start = np.array([0, 10, 20, 30, 40, 50])
    end = start + np.array([5, 10, 5, 10, 5, 5])
    # Row 1 lasts until row 2 starts, row 3 until row 4 starts.
    assert plain(purged_folds(start, end, 3)) == [([3, 4, 5], [0, 1]), ([0, 5], [2, 3]), ([0, 1, 2], [4, 5])]


def test_a_long_label_of_the_past_is_purged():
    start, end = np.array([0, 1, 2, 3]), np.array([9, 1, 2, 3])
    assert plain(purged_folds(start, end, 2)) == [([], [0, 1]), ([1], [2, 3])]


def test_the_longest_test_label_counts():
    start, end = np.array([0, 1, 10, 20]), np.array([12, 1, 10, 20])
    assert plain(purged_folds(start, end, 2))[0] == ([3], [0, 1])


def test_the_embargo_is_after_the_test_period_only():
    start = np.arange(0, 60, 10)
    folds = plain(purged_folds(start, start, 3, 10))
    assert folds == [([3, 4, 5], [0, 1]), ([0, 1, 5], [2, 3]), ([0, 1, 2, 3], [4, 5])]
    assert plain(purged_folds(start, start, 3, 9))[0] == ([2, 3, 4, 5], [0, 1])


def test_rows_in_any_order_and_equal_starts():
    start = np.array([5, 5, 1, 5, 1, 9])
    assert [test for _, test in plain(purged_folds(start, start, 3))] == [[2, 4], [0, 1], [3, 5]]
    start = np.tile([1, 0], 30)
    odd, even = list(range(1, 60, 2)), list(range(0, 60, 2))
    want = [odd[:15], odd[15:], even[:15], even[15:]]
    assert [test for _, test in plain(purged_folds(start, start, 4))] == want


def test_without_embargo_the_next_time_is_free():
    start, end = np.array([0, 3]), np.array([2, 4])
    assert plain(purged_folds(start, end, 2)) == [([1], [0]), ([0], [1])]


def test_errors():
    times = np.arange(5)
    for n_folds, embargo in [(1, 0), (6, 0), (0, 0), (2, -1)]:
        with pytest.raises(ValueError):
            purged_folds(times, times, n_folds, embargo)
    assert len(purged_folds(times, times, 5)) == 5
