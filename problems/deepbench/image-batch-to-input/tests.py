import numpy as np
import pytest
from solution import to_input

MEAN, STD = [0.5, 0.4, 0.3], [0.2, 0.25, 0.5]


@pytest.mark.parametrize("shape", [(1, 1, 1, 3), (2, 3, 5, 3), (3, 3, 3, 3), (2, 4, 3, 3)])
def test_matches_plain_loops(shape):
    images = np.random.default_rng(sum(shape)).integers(0, 256, shape, dtype=np.uint8)
    before = images.copy()
    got = to_input(images, MEAN, STD)
    np.testing.assert_array_equal(images, before)
    n, h, w, _ = shape
    assert got.shape == (n, 3, h, w)
    assert got.dtype == np.float32
    for i in range(n):
        for c in range(3):
            for y in range(h):
                for x in range(w):
                    want = (int(images[i, y, x, 2 - c]) / 255 - MEAN[c]) / STD[c]
                    assert got[i, c, y, x] == pytest.approx(want, rel=1e-5, abs=1e-6)


def test_by_hand():
    images = np.array([[[[0, 51, 255]]]], dtype=np.uint8)
    got = to_input(images, [0.5, 0.1, 0.25], [0.5, 0.1, 0.25])
    assert got[0, :, 0, 0].tolist() == pytest.approx([1.0, 1.0, -1.0], abs=1e-6)


def test_no_images():
    got = to_input(np.zeros((0, 4, 6, 3), dtype=np.uint8), MEAN, STD)
    assert got.shape == (0, 3, 4, 6)
    assert got.dtype == np.float32
