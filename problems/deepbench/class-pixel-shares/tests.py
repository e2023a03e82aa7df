import numpy as np
import pytest
from solution import class_shares


@pytest.mark.parametrize(
    ("sizes", "n_classes", "ignore"),
    [([(1, 1)], 1, 255), ([(4, 5), (9, 2), (3, 3)], 4, 255), ([(20, 30), (2, 2)], 6, 99)],
)
def test_matches_plain_counting(sizes, n_classes, ignore):
    rng = np.random.default_rng(n_classes)
    masks = [rng.integers(0, n_classes, size, dtype=np.uint8) for size in sizes]
    for mask in masks[1:]:
        mask[0] = ignore
    got = class_shares(masks, n_classes, ignore)
    pixels = [value for mask in masks for row in mask.tolist() for value in row if value != ignore]
    assert got.dtype == np.float64
    assert got.tolist() == pytest.approx([pixels.count(c) / len(pixels) for c in range(n_classes)], rel=1e-12)


def test_by_hand():
    small = np.array([[1, 1]], dtype=np.uint8)
    large = np.array([[0, 0, 0], [0, 2, 255]], dtype=np.uint8)
    assert class_shares([small, large], 4).tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7, 0.0])


def test_masks_without_labels():
    empty = np.full((2, 2), 255, dtype=np.uint8)
    assert class_shares([empty, np.zeros((1, 3), dtype=np.uint8)], 2).tolist() == [1.0, 0.0]
