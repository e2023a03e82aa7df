import numpy as np
import pytest
from solution import remap_labels


@pytest.mark.parametrize(("seed", "shape", "n"), [(1, (1, 1), 1), (2, (4, 6), 3), (3, (9, 5), 12), (4, (30, 20), 250)])
def test_matches_plain_lookups(seed, shape, n):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, min(256, 2 * n), shape, dtype=np.uint8)
    mapping = dict(zip(rng.permutation(256)[:n].tolist(), rng.integers(0, 256, n).tolist(), strict=True))
    before = labels.copy()
    got = remap_labels(labels, mapping)
    np.testing.assert_array_equal(labels, before)
    assert got.dtype == np.uint8
    assert got.tolist() == [[mapping.get(old, 255) for old in row] for row in labels.tolist()]


def test_by_hand():
    labels = np.array([[0, 1, 2], [3, 255, 0]], dtype=np.uint8)
    assert remap_labels(labels, {0: 1, 1: 2, 3: 0}).tolist() == [[1, 2, 255], [0, 255, 1]]
    assert remap_labels(labels, {0: 1, 1: 0}).tolist() == [[1, 0, 255], [255, 255, 1]]
    assert remap_labels(labels, {255: 7, 2: 255}).tolist() == [[255, 255, 255], [255, 7, 255]]
