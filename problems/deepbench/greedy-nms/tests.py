import numpy as np
import pytest
from solution import box_iou, nms


def cells(box):
    x1, y1, x2, y2 = (int(v) for v in box)
    return {(x, y) for x in range(x1, x2) for y in range(y1, y2)}


def iou(a, b):
    return len(cells(a) & cells(b)) / len(cells(a) | cells(b))


def by_hand(boxes, scores, threshold):
    left, kept = list(range(len(boxes))), []
    while left:
        best = min(left, key=lambda i: (-scores[i], i))
        kept.append(best)
        left = [i for i in left if i != best and iou(boxes[i], boxes[best]) <= threshold]
    return kept


def detections(seed, n):
    rng = np.random.default_rng(seed)
    corners = rng.integers(-4, 5, (n, 2))
    boxes = np.concatenate([corners, corners + rng.integers(1, 8, (n, 2))], axis=1).astype(np.float64)
    return boxes, rng.integers(0, 6, n) / 5


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("n", [1, 8, 25])
def test_nms_matches_counting_cells(n, threshold):
    boxes, scores = detections(n, n)
    got = nms(boxes, scores, threshold)
    assert [int(i) for i in got] == by_hand(boxes.tolist(), scores.tolist(), threshold)


def test_iou_matches_counting_cells():
    boxes = detections(3, 8)[0]
    for i in range(0, 8, 2):
        assert box_iou(boxes[i], boxes[i + 1]) == pytest.approx(iou(boxes[i], boxes[i + 1]), rel=1e-12)


def test_iou_by_hand():
    a = np.array([0.0, 0.0, 2.0, 2.0])
    assert box_iou(a, np.array([1.0, 1.0, 3.0, 3.0])) == pytest.approx(1 / 7)
    assert box_iou(a, np.array([0.5, 0.0, 1.5, 2.0])) == pytest.approx(0.5)
    assert box_iou(a, np.array([2.0, 0.0, 3.0, 2.0])) == 0.0
    assert box_iou(a, np.array([5.0, 5.0, 7.0, 7.0])) == 0.0
    assert box_iou(a, a) == 1.0


def test_an_iou_equal_to_the_threshold_is_kept():
    boxes = np.array([[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 4.0, 2.0]])
    assert nms(boxes, np.array([0.5, 0.9]), 0.5) == [1, 0]
    assert nms(boxes, np.array([0.5, 0.9]), 0.49) == [1]


def test_a_suppressed_box_suppresses_nothing():
    boxes = np.array([[0.0, 0.0, 10.0, 1.0], [4.0, 0.0, 14.0, 1.0], [8.0, 0.0, 18.0, 1.0]])
    assert nms(boxes, np.array([0.9, 0.8, 0.7]), 0.2) == [0, 2]


def test_ties_and_no_boxes():
    boxes = np.arange(30)[:, None] * 10.0 + np.array([0.0, 0.0, 5.0, 5.0])
    assert nms(boxes, np.full(30, 0.5), 0.5) == list(range(30))
    assert nms(np.zeros((0, 4)), np.zeros(0), 0.5) == []
