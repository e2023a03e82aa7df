import numpy as np
import pytest
from solution import box_from_map, localisation_accuracy


def flood(heat, share):
    low, high = heat.min(), heat.max()
    on = {(y, x) for y, x in np.ndindex(heat.shape) if heat[y, x] - low >= share * (high - low)}
    best = []
    for start in sorted(on):
        region, stack = [], [start]
        while stack:
            y, x = stack.pop()
            if (y, x) in on:
                on.remove((y, x))
                region.append((y, x))
                stack += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
        if len(region) > len(best):
            best = region
    ys, xs = zip(*best, strict=True)
    return min(xs), min(ys), max(xs) + 1, max(ys) + 1


@pytest.mark.parametrize(("height", "width", "share"), [(1, 1, 0.5), (5, 9, 0.5), (12, 7, 0.25), (16, 16, 0.75)])
def test_boxes_match_a_flood_fill(height, width, share):
    for seed in range(3):
        # Multiples of 1/8 with range 0 to 1, shifted: rescaling is exact.
        heat = np.random.default_rng(seed).integers(0, 9, size=(height, width)) / 8
        heat.flat[0], heat.flat[-1] = 0.0, 1.0
        heat = heat * 4 - 2
        before = heat.copy()
        got = box_from_map(heat, share)
        np.testing.assert_array_equal(heat, before)
        assert tuple(got) == flood(heat, share)
        assert all(isinstance(edge, int) for edge in got)


def test_box_by_hand():
    heat = np.array([[0.0, 5.0, 0.0, 0.0], [0.0, 0.0, 4.0, 5.0], [0.0, 0.0, 3.0, 10.0]])
    # At least 4: (0, 1) touches (1, 2) at a corner only.
    assert tuple(box_from_map(heat, 0.4)) == (2, 1, 4, 3)
    assert tuple(box_from_map(heat, 1.0)) == (3, 2, 4, 3)
    # At least 5: three regions of one pixel, one of two.
    assert tuple(box_from_map(heat, 0.5)) == (3, 1, 4, 3)


def test_the_first_of_equally_large_regions():
    assert tuple(box_from_map(np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]), 0.5)) == (0, 0, 1, 1)
    assert tuple(box_from_map(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]), 0.5)) == (2, 0, 3, 1)


def test_negative_and_constant_maps():
    assert tuple(box_from_map(np.array([[-9.0, -5.0, -1.0]]), 0.5)) == (1, 0, 3, 1)
    assert tuple(box_from_map(np.full((2, 3), -4.0), 0.7)) == (0, 0, 3, 2)


def square(x1, y1, x2, y2):
    heat = np.zeros((8, 10))
    heat[y1:y2, x1:x2] = 1.0
    return heat


def test_accuracy_by_hand():
    heats = [square(2, 1, 6, 5), square(0, 0, 2, 2), square(4, 4, 6, 8)]
    boxes = [np.array([[2.0, 1.0, 6.0, 5.0]]), np.array([[4.0, 4.0, 8.0, 8.0]]), np.array([[4.0, 4.0, 6.0, 6.0]])]
    assert localisation_accuracy(heats, boxes) == pytest.approx(2 / 3)
    assert localisation_accuracy(heats, boxes, min_iou=0.51) == pytest.approx(1 / 3)


def test_the_iou_is_over_the_union():
    # Overlap 8, areas 16 and 24.
    heats, boxes = [square(0, 0, 4, 4)], [np.array([[2.0, 0.0, 8.0, 4.0]])]
    assert localisation_accuracy(heats, boxes, min_iou=0.25) == 1.0
    assert localisation_accuracy(heats, boxes, min_iou=0.26) == 0.0


def test_accuracy_matches_plain_loops():
    rng = np.random.default_rng(0)
    heats, boxes, ious = [], [], []
    for _ in range(40):
        corners = [rng.integers(0, 3, size=2), rng.integers(0, 4, size=2)]
        (ax, ay, aw, ah), (bx, by, bw, bh) = ((*corner, *rng.integers(2, 6, size=2)) for corner in corners)
        heats.append(square(ax, ay, ax + aw, ay + ah))
        boxes.append(np.array([[bx, by, bx + bw, by + bh]], dtype=np.float64))
        width, height = min(ax + aw, bx + bw) - max(ax, bx), min(ay + ah, by + bh) - max(ay, by)
        overlap = max(width, 0) * max(height, 0)
        ious.append(overlap / (aw * ah + bw * bh - overlap))
    for min_iou in (0.125, 0.25, 0.375, 0.5, 0.625):
        want = sum(value >= min_iou for value in ious) / len(ious)
        assert localisation_accuracy(heats, boxes, min_iou=min_iou) == pytest.approx(want)


def test_boxes_that_are_apart_in_both_directions_do_not_overlap():
    assert localisation_accuracy([square(0, 0, 3, 3)], [np.array([[6.0, 5.0, 9.0, 8.0]])], min_iou=0.05) == 0.0


def test_any_true_box_will_do_and_none_is_a_miss():
    heats = [square(0, 0, 4, 4)] * 2
    two = np.array([[5.0, 5.0, 9.0, 8.0], [0.0, 0.0, 4.0, 3.0]])
    assert localisation_accuracy(heats, [two, two]) == 1.0
    assert localisation_accuracy(heats, [two, np.zeros((0, 4))]) == 0.5


def test_the_share_is_handed_on():
    heat = square(0, 0, 4, 4)
    heat[:, :8] += 0.3
    boxes = [np.array([[0.0, 0.0, 8.0, 8.0]])]
    assert localisation_accuracy([heat], boxes) == 1.0
    assert localisation_accuracy([heat], boxes, 0.5) == 0.0
