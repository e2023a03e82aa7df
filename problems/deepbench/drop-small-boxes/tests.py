import numpy as np
import pytest
from solution import clean_boxes


@pytest.mark.parametrize(("n", "min_side"), [(1, 0.0), (20, 4.0), (40, 9.0)])
def test_matches_plain_loops(n, min_side):
    rng = np.random.default_rng(n)
    corners = rng.random((n, 2)) * [60, 40] - 10
    boxes = np.concatenate([corners, corners + rng.random((n, 2)) * 20], axis=1)
    labels = rng.integers(0, 9, n)
    before = boxes.copy(), labels.copy()
    got, kept = clean_boxes(boxes, labels, 50, 30, min_side)
    np.testing.assert_array_equal(boxes, before[0])
    np.testing.assert_array_equal(labels, before[1])
    want, names = [], []
    for (x1, y1, x2, y2), label in zip(boxes.tolist(), labels.tolist(), strict=True):
        x1, x2 = (min(max(x, 0.0), 50.0) for x in (x1, x2))
        y1, y2 = (min(max(y, 0.0), 30.0) for y in (y1, y2))
        if x2 - x1 >= min_side and y2 - y1 >= min_side:
            want.append([x1, y1, x2, y2])
            names.append(label)
    assert got.tolist() == want
    assert kept.tolist() == names
    assert kept.dtype == np.int64


def test_by_hand():
    boxes = np.array([[-5.0, 2, 10, 8], [90, 1, 120, 50], [3, 3, 4.5, 30], [1, 1, 3, 3], [1, 1, 3, 2.5]])
    got, kept = clean_boxes(boxes, np.array([1, 2, 3, 4, 5]), 100, 40, 2.0)
    assert got.tolist() == [[0, 2, 10, 8], [90, 1, 100, 40], [1, 1, 3, 3]]
    assert kept.tolist() == [1, 2, 4]


def test_no_boxes():
    got, kept = clean_boxes(np.zeros((0, 4)), np.zeros(0, dtype=np.int64), 10, 10, 1.0)
    assert (got.shape, kept.shape) == ((0, 4), (0,))
