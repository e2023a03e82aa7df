import numpy as np
import pytest
from solution import crop_with_boxes


def crop_by_hand(boxes, window, min_visible):
    kept = []
    for i, (x1, y1, x2, y2) in enumerate(boxes.tolist()):
        left, top, right, bottom = max(x1, window[0]), max(y1, window[1]), min(x2, window[2]), min(y2, window[3])
        if right <= left or bottom <= top:
            continue
        if (right - left) * (bottom - top) / ((x2 - x1) * (y2 - y1)) >= min_visible:
            kept.append((i, [left - window[0], top - window[1], right - window[0], bottom - window[1]]))
    return kept


@pytest.mark.parametrize("min_visible", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("window", [(0, 0, 40, 30), (5, 10, 25, 22), (30, 0, 40, 30)])
def test_matches_plain_loops(window, min_visible):
    rng = np.random.default_rng(window[0] + 5)
    image = rng.integers(0, 255, (30, 40, 3), dtype=np.uint8)
    corners = rng.random((40, 2)) * [35, 25]
    boxes = np.concatenate([corners, corners + 0.5 + rng.random((40, 2)) * 12], axis=1)
    labels = rng.integers(0, 9, 40)
    before = image.copy(), boxes.copy(), labels.copy()
    cropped, got, kept = crop_with_boxes(image, boxes, labels, window, min_visible)
    for argument, copy in zip((image, boxes, labels), before, strict=True):
        np.testing.assert_array_equal(argument, copy)
    want = crop_by_hand(boxes, window, min_visible)
    assert len(want) > 0
    assert cropped.tolist() == [row[window[0] : window[2]] for row in image.tolist()[window[1] : window[3]]]
    assert (cropped.dtype, got.dtype, kept.dtype) == (np.uint8, np.float64, np.int64)
    assert kept.tolist() == [labels[i] for i, _ in want]
    np.testing.assert_allclose(got, [box for _, box in want], rtol=1e-9, atol=1e-9)


def test_by_hand():
    image = np.arange(48).reshape(6, 8, 1)
    boxes = np.array([[1.0, 1, 3, 3], [2, 2, 6, 4], [0, 0, 2, 1], [5, 3, 9, 7]])
    cropped, got, kept = crop_with_boxes(image, boxes, np.array([7, 8, 9, 6]), (2, 1, 6, 5), 0.25)
    assert cropped[:, :, 0].tolist() == [[10, 11, 12, 13], [18, 19, 20, 21], [26, 27, 28, 29], [34, 35, 36, 37]]
    assert kept.tolist() == [7, 8]  # of the last box, 2 of 16 are visible
    assert got.tolist() == [[0.0, 0.0, 1.0, 2.0], [0.0, 1.0, 4.0, 3.0]]


def test_share_itself_is_enough_and_the_default_is_three_tenths():
    image = np.zeros((10, 20, 3))
    boxes = np.array([[7.0, 0.0, 17.0, 1.0], [7.5, 0.0, 17.5, 1.0], [6.0, 2.0, 14.0, 6.0]])
    _, _, kept = crop_with_boxes(image, boxes, np.array([1, 2, 3]), (0, 0, 10, 10))
    assert kept.tolist() == [1, 3]
    _, _, kept = crop_with_boxes(image, boxes, np.array([1, 2, 3]), (0, 0, 10, 10), 0.5)
    assert kept.tolist() == [3]


def test_touching_boxes_are_not_visible_even_without_a_least_share():
    image = np.zeros((10, 10, 3))
    boxes = np.array([[0.0, 2, 3, 8], [2, 0, 8, 2.5], [0, 0, 1, 1], [7, 7, 9, 9]])
    _, got, kept = crop_with_boxes(image, boxes, np.arange(4), (3, 3, 7, 7), 0.0)
    assert kept.tolist() == []
    assert got.shape == (0, 4)


def test_no_boxes():
    cropped, got, kept = crop_with_boxes(
        np.ones((4, 4, 1)), np.zeros((0, 4)), np.zeros(0, dtype=np.int64), (0, 0, 2, 3)
    )
    assert (cropped.shape, got.shape, kept.shape) == ((3, 2, 1), (0, 4), (0,))
