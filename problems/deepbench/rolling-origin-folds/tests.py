import random

import numpy as np
import pytest
from solution import rolling_origin


def by_hand(series, times, first_cutoff, horizon, step, gap, window):
    folds, cutoff = [], first_cutoff
    while times and cutoff + horizon - 1 <= max(times):
        test_times = set(range(cutoff, cutoff + horizon))
        oldest = min(times) if window is None else cutoff - gap - window
        train_times = set(range(oldest, cutoff - gap))
        train = [row for row in range(len(times)) if times[row] in train_times]
        test = [
            row
            for row in range(len(times))
            if times[row] in test_times and any(series[other] == series[row] for other in train)
        ]
        if train and test:
            folds.append((cutoff, train, test))
        cutoff += step
    return folds


def as_lists(folds):
    return [(int(c), [int(r) for r in train], [int(r) for r in test]) for c, train, test in folds]


@pytest.mark.parametrize("window", [None, 1, 4])
@pytest.mark.parametrize("gap", [0, 1, 3])
@pytest.mark.parametrize(("horizon", "step"), [(1, 1), (3, 3), (2, 5), (4, 2)])
def test_matches_plain_loops(horizon, step, gap, window):
    rng = random.Random(horizon * 100 + step * 10 + gap)
    rows = [(s, t) for s in range(4) for t in range(-3, 17) if rng.random() < (0.8 if t > 3 * s else 0.1)]
    rows += rng.choices(rows, k=3)
    rng.shuffle(rows)
    series, times = [s for s, _ in rows], [t for _, t in rows]
    before = (list(series), list(times))
    want = by_hand(series, times, 2, horizon, step, gap, window)
    assert want
    assert rolling_origin(series, times, 2, horizon, step, gap, window) == want
    assert (series, times) == before
    arrays = rolling_origin(np.array(series), np.array(times), 2, horizon, step, gap, window)
    assert as_lists(arrays) == want


def test_by_hand():
    series = [1, 1, 1, 1, 1, 1]
    times = [5, 0, 1, 2, 3, 4]
    assert rolling_origin(series, times, 2, 2, 1) == [
        (2, [1, 2], [3, 4]),
        (3, [1, 2, 3], [4, 5]),
        (4, [1, 2, 3, 4], [0, 5]),
    ]
    assert rolling_origin(series, times, 2, 2, 2, 1) == [(2, [1], [3, 4]), (4, [1, 2, 3], [0, 5])]
    assert rolling_origin(series, times, 4, 1, 1, 1, 2) == [(4, [2, 3], [5]), (5, [3, 4], [0])]


def test_the_last_test_period_is_complete():
    times = list(range(7))
    assert [fold[0] for fold in rolling_origin([0] * 7, times, 1, 3, 3)] == [1, 4]
    assert [fold[0] for fold in rolling_origin([0] * 6, times[:6], 1, 3, 3)] == [1]
    assert rolling_origin([0] * 7, times, 5, 3, 1) == []


def test_series_without_a_past_are_not_tested():
    series, times = [1, 1, 1, 2, 2], [0, 1, 2, 1, 2]
    assert rolling_origin(series, times, 1, 1, 1) == [(1, [0], [1]), (2, [0, 1, 3], [2, 4])]
    # Series 2 has a past, but not within the window.
    assert rolling_origin([1, 2, 1, 1, 2], [0, 0, 1, 2, 2], 2, 1, 1, 0, 1) == [(2, [2], [3])]


def test_empty_folds_are_left_out_and_later_ones_stay():
    # Nothing before 3; no row in 6 … 7.
    series, times = [1] * 5, [3, 4, 5, 8, 9]
    assert rolling_origin(series, times, 2, 2, 2) == [(4, [0], [1, 2]), (8, [0, 1, 2], [3, 4])]
    assert rolling_origin(series, times, 7, 1, 1, 0, 1) == [(9, [3], [4])]


def test_empty_table():
    assert rolling_origin([], [], 0, 1, 1) == []
    assert rolling_origin([], [], -5, 2, 1, 1, 3) == []


@pytest.mark.parametrize(
    ("rows", "horizon", "step", "gap", "window"),
    [(3, 1, 1, 0, None), (4, 0, 1, 0, None), (4, 1, 0, 0, None), (4, 1, 1, -1, None), (4, 1, 1, 0, 0)],
)
def test_errors(rows, horizon, step, gap, window):
    with pytest.raises(ValueError):
        rolling_origin([0] * rows, [0, 1, 2, 3], 1, horizon, step, gap, window)
