import numpy as np
import pytest
from solution import OverlapTracker


def iou(a, b):
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    area = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return width * height / (area - width * height)


def by_hand(frames, min_iou, max_missed):
    """Identities and living tracks per frame, with tracks as [identity, box, frame of the last match]."""
    tracks, result, started = [], [], 0
    for time, boxes in enumerate(frames):
        identities = {}
        table = [[iou(track[1], box) for box in boxes] for track in tracks]
        free = set(range(len(tracks)))
        while True:
            options = [
                (-table[t][d], tracks[t][0], d, t)
                for t in free
                for d in range(len(boxes))
                if d not in identities and table[t][d] >= min_iou
            ]
            if not options:
                break
            _, identity, d, t = min(options)
            free.remove(t)
            identities[d] = identity
            tracks[t][1:] = [boxes[d], time]
        for d, box in enumerate(boxes):
            if d not in identities:
                identities[d] = started
                tracks.append([started, box, time])
                started += 1
        tracks = [track for track in tracks if time - track[2] <= max_missed]
        result.append(([identities[d] for d in range(len(boxes))], sorted(track[0] for track in tracks)))
    return result


def box(x, width=10.0):
    return [x, 0.0, x + width, 10.0]


def frame(*boxes):
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


@pytest.mark.parametrize(("min_iou", "max_missed"), [(0.1, 0), (0.3, 1), (0.5, 2)])
def test_matches_plain_loops(min_iou, max_missed):
    rng = np.random.default_rng(max_missed)
    frames = []
    for _ in range(8):
        corners = rng.integers(0, 12, (rng.integers(0, 6), 2)).astype(np.float64)
        frames.append(np.concatenate([corners, corners + rng.integers(5, 9, corners.shape)], axis=1))
    tracker = OverlapTracker(min_iou, max_missed)
    for boxes, (identities, living) in zip(
        frames, by_hand([f.tolist() for f in frames], min_iou, max_missed), strict=True
    ):
        assert [int(i) for i in tracker.update(boxes)] == identities
        assert [int(i) for i in tracker.alive()] == living


def test_two_objects_cross_frames_in_another_order():
    tracker = OverlapTracker(0.3, 0)
    assert tracker.alive() == []
    assert tracker.update(frame(box(0), box(50))) == [0, 1]
    assert tracker.update(frame(box(52), box(2))) == [1, 0]
    assert tracker.update(frame(box(4), box(90), box(54))) == [0, 2, 1]


def test_the_last_box_counts():
    tracker = OverlapTracker(0.3, 0)
    assert [tracker.update(frame(box(x))) for x in (0, 5, 10, 15)] == [[0]] * 4
    assert tracker.update(frame(box(0))) == [1]


def test_the_best_pair_goes_first():
    tracker = OverlapTracker(0.1, 0)
    tracker.update(frame(box(0), box(6)))
    # The detection at 4 overlaps both, and track 1 more.
    assert tracker.update(frame(box(4), box(-3))) == [1, 0]


def test_ties():
    tracker = OverlapTracker(0.1, 0)
    tracker.update(frame(box(0), box(8)))
    assert tracker.update(frame(box(4))) == [0]
    tracker = OverlapTracker(0.1, 0)
    tracker.update(frame(box(4)))
    assert tracker.update(frame(box(8), box(0))) == [0, 1]


@pytest.mark.parametrize("max_missed", [0, 1, 2])
def test_missed_frames(max_missed):
    for gap in (max_missed, max_missed + 1):
        tracker = OverlapTracker(0.5, max_missed)
        tracker.update(frame(box(0)))
        for _ in range(gap):
            assert tracker.update(frame()) == []
        assert tracker.alive() == ([0] if gap == max_missed else [])
        assert tracker.update(frame(box(0))) == ([0] if gap == max_missed else [1])


def test_a_match_forgives_the_missed_frames():
    tracker = OverlapTracker(0.5, 1)
    frames = [frame(box(0)), frame(), frame(box(0)), frame(), frame(box(0))]
    assert [tracker.update(f) for f in frames] == [[0], [], [0], [], [0]]


def test_the_least_overlap_is_enough():
    tracker = OverlapTracker(0.5, 0)
    tracker.update(frame(box(0, 20.0)))
    assert tracker.update(frame(box(0, 10.0))) == [0]
    assert tracker.update(frame(box(5.1, 10.0))) == [1]


def test_small_boxes_apart():
    tracker = OverlapTracker(0.1, 0)
    tracker.update(frame([0.0, 0.0, 1.0, 1.0]))
    assert tracker.update(frame([2.0, 2.0, 3.0, 3.0])) == [1]
    assert tracker.update(frame([1.0, 1.0, 2.0, 2.0], [2.5, 1.0, 3.5, 2.0])) == [2, 3]
