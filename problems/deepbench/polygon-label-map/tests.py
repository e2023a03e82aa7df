from fractions import Fraction

import numpy as np
import pytest
from solution import label_map, polygon_mask


def inside(polygons, row, column):
    """The rule in exact arithmetic."""
    x, y = Fraction(2 * column + 1, 2), Fraction(2 * row + 1, 2)
    count = 0
    for polygon in polygons:
        points = [(Fraction(a), Fraction(b)) for a, b in polygon.tolist()]
        for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
            if min(y1, y2) <= y < max(y1, y2):
                count += x1 + (y - y1) / (y2 - y1) * (x2 - x1) <= x
    return count % 2 == 1


@pytest.mark.parametrize(
    ("seed", "sizes", "height", "width"), [(1, [3], 6, 8), (2, [5, 4], 9, 7), (3, [9, 3, 6], 8, 8)]
)
def test_masks_match_exact_arithmetic(seed, sizes, height, width):
    rng = np.random.default_rng(seed)
    polygons = [rng.uniform(-3, max(height, width) + 3, (k, 2)) for k in sizes]
    copies = [polygon.copy() for polygon in polygons]
    got = polygon_mask(polygons, height, width)
    for polygon, copy in zip(polygons, copies, strict=True):
        np.testing.assert_array_equal(polygon, copy)
    assert got.dtype == np.bool_
    assert got.tolist() == [[inside(polygons, r, c) for c in range(width)] for r in range(height)]


def box(x1, y1, x2, y2):
    return np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], dtype=np.float64)


def text(mask):
    return ["".join("#" if pixel else "." for pixel in row) for row in mask]


def test_by_hand():
    assert text(polygon_mask([box(1, 0, 3, 2)], 3, 4)) == [".##.", ".##.", "...."]
    assert text(polygon_mask([np.array([[0.0, 0], [4, 4], [0, 4]])], 4, 4)) == ["....", "#...", "##..", "###."]
    assert text(polygon_mask([box(0, 0, 5, 4), box(1, 1, 3, 3)], 4, 5)) == ["#####", "#..##", "#..##", "#####"]


def test_centres_on_an_edge():
    assert text(polygon_mask([box(0.5, 0.5, 2.5, 2.5)], 4, 4)) == ["##..", "##..", "....", "...."]
    # Reversed, and drawn down a slope: the two halves of a square part its diagonal.
    assert text(polygon_mask([box(0.5, 0.5, 2.5, 2.5)[::-1]], 4, 4)) == ["##..", "##..", "....", "...."]
    lower, upper = np.array([[0.0, 0], [4, 4], [0, 4]]), np.array([[0.0, 0], [4, 0], [4, 4]])
    both = polygon_mask([lower], 4, 4).astype(int) + polygon_mask([upper], 4, 4)
    assert both.tolist() == [[1] * 4] * 4


def test_a_polygon_that_crosses_itself():
    bow_tie = np.array([[0.0, 0], [4, 4], [4, 0], [0, 4]])
    assert text(polygon_mask([bow_tie + [0.01, 0]], 4, 4)) == ["#...", "##.#", "##.#", "#..."]


def test_nothing_to_draw():
    assert polygon_mask([], 2, 3).tolist() == [[False] * 3] * 2
    assert not polygon_mask([box(-5, -5, -1, -1), box(9, 0, 12, 4)], 4, 4).any()
    assert label_map([], 1, 2).tolist() == [[255, 255]]


def test_later_objects_cover_earlier_ones():
    objects = [(1, [box(0, 0, 3, 2)]), (7, [box(2, 0, 5, 3), box(3, 1, 4, 2)]), (0, [box(4, 2, 5, 3)])]
    got = label_map(objects, 3, 5)
    assert got.dtype == np.uint8
    assert got.tolist() == [[1, 1, 7, 7, 7], [1, 1, 7, 255, 7], [255, 255, 7, 7, 0]]
    assert label_map(objects[:1], 3, 4, 9).tolist() == [[1, 1, 1, 9], [1, 1, 1, 9], [9] * 4]
