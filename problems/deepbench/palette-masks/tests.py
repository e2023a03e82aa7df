import numpy as np
import pytest
from solution import colours_to_labels, labels_to_colours

PALETTE = np.array([[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128]], dtype=np.uint8)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 3), (6, 5), (4, 9)])
def test_matches_plain_loops(height, width):
    rng = np.random.default_rng(height)
    mask = rng.choice(np.array([0, 128], dtype=np.uint8), (height, width, 3))
    got = colours_to_labels(mask, PALETTE)
    assert got.dtype == np.uint8
    colours = PALETTE.tolist()
    want = [[colours.index(pixel) if pixel in colours else 255 for pixel in row] for row in mask.tolist()]
    assert got.tolist() == want
    labels = rng.integers(0, 8, (height, width), dtype=np.uint8)
    before = labels.copy()
    painted = labels_to_colours(labels, PALETTE)
    assert painted.dtype == np.uint8
    assert painted.tolist() == [[colours[v] if v < 5 else [0, 0, 0] for v in row] for row in labels.tolist()]
    np.testing.assert_array_equal(labels, before)


def test_by_hand():
    palette = np.array([[255, 0, 0], [0, 0, 255]], dtype=np.uint8)
    mask = np.array([[[255, 0, 0], [0, 0, 255]], [[0, 0, 0], [255, 0, 255]]], dtype=np.uint8)
    before = palette.copy()
    assert colours_to_labels(mask, palette).tolist() == [[0, 1], [255, 255]]
    got = labels_to_colours(np.array([[1, 0], [2, 255]], dtype=np.uint8), palette)
    assert got.tolist() == [[[0, 0, 255], [255, 0, 0]], [[0, 0, 0], [0, 0, 0]]]
    np.testing.assert_array_equal(palette, before)


def test_round_trip_with_many_classes():
    palette = np.array([[i, (i * 7) % 256, 255 - i] for i in range(254)], dtype=np.uint8)
    labels = np.arange(254, dtype=np.uint8).reshape(2, 127)
    np.testing.assert_array_equal(colours_to_labels(labels_to_colours(labels, palette), palette), labels)
