import numpy as np
import pytest
from solution import match_detections


def by_hand(iou, scores, threshold):
    iou, scores = iou.tolist(), scores.tolist()
    left, owner = list(range(len(scores))), {}
    n_objects = len(iou[0]) if iou else 0
    while left:
        i = left.pop(max(range(len(left)), key=lambda k: (scores[left[k]], -left[k])))
        options = [(-iou[i][j], j) for j in range(n_objects) if j not in owner]
        if options and -min(options)[0] >= threshold:
            owner[min(options)[1]] = i
    return len(owner), len(scores) - len(owner), n_objects - len(owner)


@pytest.mark.parametrize(("n", "m", "levels"), [(1, 1, 4), (6, 4, 3), (5, 9, 10), (60, 12, 20)])
def test_matches_plain_loops(n, m, levels):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        iou, scores = rng.integers(0, levels, size=(n, m)) / levels, rng.integers(0, 4, size=n) / 4
        before = iou.copy()
        got = match_detections(iou, scores, 0.5)
        np.testing.assert_array_equal(iou, before)
        assert tuple(got) == by_hand(iou, scores, 0.5)
        assert all(isinstance(count, int) for count in got)


def test_by_hand():
    iou = np.array([[0.9, 0.6], [0.8, 0.0], [0.1, 0.3]])
    # Detection 1 goes first and takes object 0; detection 0 is left with object 1.
    assert tuple(match_detections(iou, np.array([0.5, 0.9, 0.7]))) == (2, 1, 0)
    # Detection 0 goes first, takes object 0, and nothing is left for detection 1.
    assert tuple(match_detections(iou, np.array([0.9, 0.5, 0.7]))) == (1, 2, 1)


def test_an_object_is_found_once():
    assert tuple(match_detections(np.array([[0.9], [0.8], [0.7]]), np.array([0.3, 0.2, 0.1]))) == (1, 2, 0)


def test_a_detection_takes_one_object():
    assert tuple(match_detections(np.array([[0.7, 0.9]]), np.array([0.5]))) == (1, 0, 1)


def test_the_threshold_itself_matches():
    iou = np.array([[0.5]])
    assert tuple(match_detections(iou, np.ones(1))) == (1, 0, 0)
    assert tuple(match_detections(iou, np.ones(1), 0.51)) == (0, 1, 1)
    assert tuple(match_detections(iou, np.ones(1), 0.25)) == (1, 0, 0)


def test_ties_in_iou_go_to_the_lowest_object():
    iou = np.array([[0.8, 0.8], [0.0, 0.9]])
    assert tuple(match_detections(iou, np.array([0.9, 0.1]))) == (2, 0, 0)
    assert tuple(match_detections(iou[:, ::-1], np.array([0.9, 0.1]))) == (1, 1, 1)


def test_ties_in_score_go_to_the_lowest_detection():
    iou = np.zeros((40, 2))
    iou[3], iou[20] = [0.8, 0.6], [0.9, 0.0]
    assert tuple(match_detections(iou, np.full(40, 0.5))) == (1, 39, 1)


def test_nothing_detected_or_nothing_there():
    assert tuple(match_detections(np.zeros((0, 3)), np.zeros(0))) == (0, 0, 3)
    assert tuple(match_detections(np.zeros((2, 0)), np.ones(2))) == (0, 2, 0)
    assert tuple(match_detections(np.zeros((0, 0)), np.zeros(0))) == (0, 0, 0)
