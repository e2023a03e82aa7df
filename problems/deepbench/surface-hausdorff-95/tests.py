import math

import numpy as np
import pytest
from solution import hausdorff_95, surface


def surface_by_hand(mask):
    height, width = mask.shape
    found = set()
    for y, x in zip(*np.nonzero(mask), strict=True):
        around = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        if any(not (0 <= v < height and 0 <= u < width and mask[v, u]) for v, u in around):
            found.add((int(y), int(x)))
    return found


def percentile_95(values):
    values = sorted(values)
    place = 0.95 * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def by_hand(predicted, true, spacing):
    a, b = surface_by_hand(predicted), surface_by_hand(true)

    def directed(source, goal):
        return percentile_95(
            [min(math.hypot((y - v) * spacing[0], (x - u) * spacing[1]) for v, u in goal) for y, x in source]
        )

    return max(directed(a, b), directed(b, a))


def blob(seed, shape):
    rng = np.random.default_rng(seed)
    mask = rng.random(shape) < 0.1
    mask[2:5, 1:6] = True
    return mask


@pytest.mark.parametrize(("shape", "spacing"), [((6, 7), (1.0, 1.0)), ((12, 9), (2.5, 0.5)), ((8, 14), (0.7, 3.0))])
def test_matches_plain_loops(shape, spacing):
    predicted, true = blob(shape[0], shape), blob(shape[1], shape)
    before = predicted.copy(), true.copy()
    got = hausdorff_95(predicted, true, spacing)
    np.testing.assert_array_equal(predicted, before[0])
    np.testing.assert_array_equal(true, before[1])
    assert isinstance(got, float)
    assert got == pytest.approx(by_hand(predicted, true, spacing), rel=1e-9)


def test_surfaces_match_plain_loops():
    for seed, shape in enumerate([(1, 1), (1, 5), (9, 9), (6, 12)]):
        mask = np.random.default_rng(seed).random(shape) < 0.8
        before = mask.copy()
        got = surface(mask)
        np.testing.assert_array_equal(mask, before)
        assert (got.shape, got.dtype) == (shape, bool)
        assert {(int(y), int(x)) for y, x in zip(*np.nonzero(got), strict=True)} == surface_by_hand(mask)


def test_surface_by_hand():
    mask = np.ones((4, 5), dtype=bool)
    mask[0, 0] = False
    want = np.ones((4, 5), dtype=bool)
    want[1:3, 1:4] = False
    want[0, 0] = False
    np.testing.assert_array_equal(surface(mask), want)


def line(length, *places):
    mask = np.zeros((1, length), dtype=bool)
    mask[0, list(places)] = True
    return mask


def test_by_hand():
    assert hausdorff_95(line(9, 1), line(9, 5), (9.0, 0.5)) == pytest.approx(2.0)
    assert hausdorff_95(line(9, 1).T, line(9, 5).T, (9.0, 0.5)) == pytest.approx(36.0)


def test_the_greater_direction_counts():
    # From the two pixels, distances 0 and 6 (95%: 5.7); from the one, 0.
    for pair in [(line(9, 1, 7), line(9, 1)), (line(9, 1), line(9, 1, 7))]:
        assert hausdorff_95(*pair, (1.0, 1.0)) == pytest.approx(5.7)


def test_equal_masks():
    mask = blob(3, (8, 8))
    assert hausdorff_95(mask, mask, (1.0, 2.0)) == 0.0


def test_empty_masks():
    empty, full = np.zeros((3, 4), dtype=bool), np.ones((3, 4), dtype=bool)
    assert hausdorff_95(empty, empty, (1.0, 1.0)) == 0.0
    assert hausdorff_95(empty, full, (1.0, 1.0)) == math.inf
    assert hausdorff_95(full, empty, (1.0, 1.0)) == math.inf


def test_shapes_must_agree():
    with pytest.raises(ValueError):
        hausdorff_95(np.ones((2, 3), dtype=bool), np.ones((3, 2), dtype=bool), (1.0, 1.0))
