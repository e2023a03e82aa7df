from fractions import Fraction

import numpy as np
import pytest
from solution import adjust


@pytest.mark.parametrize("shape", [(1, 1), (4, 5), (3, 4, 3)])
@pytest.mark.parametrize(("brightness", "contrast"), [(0, 1.0), (70, 1.0), (-90, 1.3), (30, 0.6), (0, 4.0)])
def test_matches_plain_arithmetic(shape, brightness, contrast):
    image = np.random.default_rng(len(shape)).integers(0, 256, shape, dtype=np.uint8)
    before = image.copy()
    got = adjust(image, brightness, contrast)
    np.testing.assert_array_equal(image, before)
    assert got.dtype == np.uint8
    assert got.shape == shape
    values = image.ravel().tolist()
    mean = Fraction(sum(values), len(values))
    for value, new in zip(values, got.ravel().tolist(), strict=True):
        exact = min(max(Fraction(contrast) * (value - mean) + mean + brightness, 0), 255)
        assert abs(new - exact) <= Fraction(1, 2) + Fraction(1, 10**6)


def test_by_hand():
    image = np.array([[0, 100], [200, 100]], dtype=np.uint8)
    assert adjust(image, 0, 2.0).tolist() == [[0, 100], [255, 100]]
    assert adjust(image, 60, 1.0).tolist() == [[60, 160], [255, 160]]
    assert adjust(image, -120, 1.0).tolist() == [[0, 0], [80, 0]]
    assert adjust(image, 7, 0.0).tolist() == [[107, 107], [107, 107]]
    assert adjust(image, 0, 0.506).tolist() == [[49, 100], [151, 100]]


def test_large_bright_images():
    image = np.full((300, 300), 250, dtype=np.uint8)
    assert set(adjust(image, 3, 1.5).ravel().tolist()) == {253}
