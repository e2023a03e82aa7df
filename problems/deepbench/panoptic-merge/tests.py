import numpy as np
import pytest
from solution import merge_panoptic


def merge_by_hand(masks, scores, labels, semantic, stuff, min_score, min_free, min_area):
    """Sets of pixels."""
    height, width = semantic.shape
    everywhere = [(y, x) for y in range(height) for x in range(width)]
    taken, segments = {}, []

    def add(pixels, label, is_thing):
        segments.append({"id": len(segments) + 1, "label": label, "area": len(pixels), "is_thing": is_thing})
        taken.update(dict.fromkeys(pixels, len(segments)))

    for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        mask = [p for p in everywhere if masks[i][p]]
        free = [p for p in mask if p not in taken]
        if scores[i] >= min_score and mask and free and len(free) / len(mask) >= min_free:
            add(free, int(labels[i]), True)
    things = set(taken)
    for label in stuff:
        pixels = [p for p in everywhere if p not in things and semantic[p] == label]
        if pixels and len(pixels) >= min_area:
            add(pixels, label, False)
    return [[taken.get((y, x), 0) for x in range(width)] for y in range(height)], segments


@pytest.mark.parametrize(
    ("min_score", "min_free", "min_area"), [(0.5, 0.5, 4), (0.0, 0.0, 0), (0.3, 0.75, 9), (0.2, 1.0, 2)]
)
@pytest.mark.parametrize(("n", "height", "width"), [(1, 4, 5), (6, 8, 8), (12, 9, 14)])
def test_matches_sets_of_pixels(n, height, width, min_score, min_free, min_area):
    rng = np.random.default_rng(n)
    masks = np.zeros((n, height, width), dtype=bool)
    for mask in masks:
        y, x = rng.integers(0, height), rng.integers(0, width)
        mask[y : y + rng.integers(0, height), x : x + rng.integers(0, width)] = True
    scores, labels = np.round(rng.random(n), 1), rng.integers(10, 14, n)
    semantic, stuff = rng.integers(0, 5, (height, width)), [3, 0, 7, 2]
    before = masks.copy(), scores.copy(), labels.copy(), semantic.copy()
    got, segments = merge_panoptic(masks, scores, labels, semantic, stuff, min_score, min_free, min_area)
    for argument, copy in zip((masks, scores, labels, semantic), before, strict=True):
        np.testing.assert_array_equal(argument, copy)
    want, want_segments = merge_by_hand(masks, scores, labels, semantic, stuff, min_score, min_free, min_area)
    assert got.dtype == np.int32
    assert got.tolist() == want
    assert segments == want_segments
    assert all(type(s["is_thing"]) is bool and {type(s[k]) for k in ("id", "label", "area")} == {int} for s in segments)


def bars(*ranges):
    """Masks of one row of eight pixels."""
    masks = np.zeros((len(ranges), 1, 8), dtype=bool)
    for mask, (begin, end) in zip(masks, ranges, strict=True):
        mask[0, begin:end] = True
    return masks


def merge_row(masks, scores, semantic=(0,) * 8, stuff=(), **options):
    labels = np.arange(len(scores)) + 20
    got, segments = merge_panoptic(masks, np.array(scores), labels, np.array([semantic]), list(stuff), **options)
    return got[0].tolist(), [s["label"] for s in segments]


def test_by_hand():
    masks = bars((0, 4), (2, 6), (3, 7))
    # The second has 2 of its 4 pixels free, the third 1 of 4, which stays for class 5.
    row = merge_row(masks, [0.9, 0.8, 0.7], [5] * 8, [5], min_area=2)
    assert row == ([1, 1, 1, 1, 2, 2, 3, 3], [20, 21, 5])
    row = merge_row(masks, [0.7, 0.8, 0.9], [5] * 8, [5], min_area=2)
    assert row == ([2, 2, 2, 1, 1, 1, 1, 0], [22, 20])


def test_a_skipped_instance_takes_nothing_away():
    masks = bars((0, 4), (3, 5), (1, 6), (4, 6))
    assert merge_row(masks, [0.9, 0.4, 0.8, 0.7]) == ([1, 1, 1, 1, 2, 2, 0, 0], [20, 23])


def test_equal_scores_and_limits():
    masks = bars((0, 4), (0, 4), (2, 8))
    assert merge_row(masks, [0.5, 0.5, 0.5], min_free=2 / 3) == ([1, 1, 1, 1, 2, 2, 2, 2], [20, 22])
    assert merge_row(masks, [0.5, 0.49, 0.6]) == ([2, 2, 1, 1, 1, 1, 1, 1], [22, 20])
    assert merge_row(bars((0, 2)), [0.49])[1] == []


def test_many_equal_scores_go_by_index():
    masks = bars(*[(0, 8)] * 20)
    assert merge_row(masks, [0.6] * 20) == ([1] * 8, [20])


def test_stuff_in_the_order_of_the_list():
    semantic = [1, 1, 1, 1, 2, 2, 2, 9]
    assert merge_row(bars(), [], semantic, [2, 1], min_area=3) == ([2, 2, 2, 2, 1, 1, 1, 0], [2, 1])
    assert merge_row(bars(), [], semantic, [2, 1]) == ([1, 1, 1, 1, 0, 0, 0, 0], [1])
    assert merge_row(bars((0, 1)), [0.9], semantic, [2, 1]) == ([1, 0, 0, 0, 0, 0, 0, 0], [20])
    assert merge_row(bars(), [], semantic, [4], min_area=0) == ([0] * 8, [])


def test_empty_masks_and_covered_ones_are_skipped():
    masks = bars((0, 0), (0, 4), (1, 3))
    assert merge_row(masks, [0.9, 0.8, 0.7], min_free=0.0) == ([1, 1, 1, 1, 0, 0, 0, 0], [21])
