import math
from fractions import Fraction

import numpy as np
import pytest
from solution import resize_image, resize_labels

SIZES = [((4, 6), (8, 3)), ((5, 3), (7, 8)), ((9, 9), (4, 2)), ((1, 1), (3, 2)), ((6, 1), (1, 5)), ((3, 4), (3, 4))]


def place(i, n, size):
    """The two source indices and the share of the second, in exact arithmetic."""
    s = min(max(Fraction(2 * i + 1, 2) * n / size - Fraction(1, 2), 0), n - 1)
    low = math.floor(s)
    return low, min(low + 1, n - 1), float(s - low)


@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
@pytest.mark.parametrize(("old", "new"), SIZES)
def test_images_match_plain_loops(old, new, dtype):
    image = (np.random.default_rng(old[0]).random((*old, 2)) * 255).astype(dtype)
    before = image.copy()
    got = resize_image(image, *new)
    np.testing.assert_array_equal(image, before)
    assert got.dtype == np.float32
    assert got.shape == (*new, 2)
    source = image.astype(np.float64)
    want = np.zeros((*new, 2))
    for y in range(new[0]):
        for x in range(new[1]):
            y0, y1, fy = place(y, old[0], new[0])
            x0, x1, fx = place(x, old[1], new[1])
            upper = source[y0, x0] * (1 - fx) + source[y0, x1] * fx
            lower = source[y1, x0] * (1 - fx) + source[y1, x1] * fx
            want[y, x] = upper * (1 - fy) + lower * fy
    np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("old", "new"), [*SIZES, ((7, 5), (49, 35)), ((12, 10), (3, 5))])
def test_labels_match_plain_loops(old, new):
    labels = np.random.default_rng(old[1]).integers(0, 200, old)
    before = labels.copy()
    got = resize_labels(labels, *new)
    np.testing.assert_array_equal(labels, before)
    rows = [math.floor(Fraction(2 * i + 1, 2) * old[0] / new[0]) for i in range(new[0])]
    columns = [math.floor(Fraction(2 * i + 1, 2) * old[1] / new[1]) for i in range(new[1])]
    assert got.tolist() == [[labels[r, c] for c in columns] for r in rows]


def test_by_hand():
    image = np.array([[[0], [200]]], dtype=np.uint8)
    assert resize_image(image, 1, 4)[0, :, 0].tolist() == pytest.approx([0.0, 50.0, 150.0, 200.0])
    assert resize_image(image, 2, 1)[:, 0, 0].tolist() == pytest.approx([100.0, 100.0])
    labels = np.array([[0, 9], [4, 255]], dtype=np.uint8)
    assert resize_labels(labels, 2, 4).tolist() == [[0, 0, 9, 9], [4, 4, 255, 255]]
    assert resize_labels(labels, 1, 1).tolist() == [[255]]


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_labels_keep_their_dtype_and_classes(dtype):
    labels = np.array([[0, 7, 0], [255, 0, 7]], dtype=dtype)
    got = resize_labels(labels, 5, 7)
    assert got.dtype == dtype
    assert set(got.ravel().tolist()) == {0, 7, 255}
