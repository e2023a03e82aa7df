import random

import pytest
from solution import window_diff


def by_hand(true, predicted, k):
    verdicts = []
    for end in range(k, len(true) + 1):
        difference = 0
        for i in range(end - k, end):
            difference += true[i] - predicted[i]
        verdicts.append(difference != 0)
    return verdicts.count(True) / len(verdicts)


@pytest.mark.parametrize(("n", "k"), [(1, 1), (10, 3), (10, 10), (40, 5), (41, 1)])
def test_matches_plain_loops(n, k):
    rng = random.Random(n + k)
    true, predicted = ([int(rng.random() < 0.3) for _ in range(n)] for _ in range(2))
    before = list(true), list(predicted)
    got = window_diff(true, predicted, k)
    assert (true, predicted) == before
    assert isinstance(got, float)
    assert got == pytest.approx(by_hand(true, predicted, k))


def test_by_hand():
    # Windows of two: 01 against 00, 10 against 01, 00 against 10: wrong, right, wrong.
    assert window_diff([0, 1, 0, 0], [0, 0, 1, 0], 2) == pytest.approx(2 / 3)


def test_equal_segmentations():
    assert window_diff([0, 1, 0, 1, 1], [0, 1, 0, 1, 1], 3) == 0.0


def test_a_near_miss_is_better_than_a_far_one():
    true, near, far = [0, 0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]
    assert window_diff(true, near, 3) == pytest.approx(2 / 6)
    assert window_diff(true, far, 3) == pytest.approx(4 / 6)


def test_one_window():
    assert window_diff([0, 1, 1], [1, 1, 0], 3) == 0.0
    assert window_diff([0, 1, 1], [0, 1, 0], 3) == 1.0


def test_errors():
    for true, predicted, k in [
        ([0, 1], [0], 1),
        ([0], [0, 1], 1),
        ([0, 1], [0, 1], 0),
        ([0, 1], [0, 1], 3),
        ([], [], 1),
    ]:
        with pytest.raises(ValueError):
            window_diff(true, predicted, k)
