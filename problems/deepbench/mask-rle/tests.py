import itertools
import json

import numpy as np
import pytest
from solution import decode_mask, encode_mask


def runs(mask):
    """The encoding by a walk over the pixels."""
    pixels = [bool(mask[y][x]) for x in range(len(mask[0])) for y in range(len(mask))]
    grouped = [(value, len(list(group))) for value, group in itertools.groupby(pixels)]
    return [0] * grouped[0][0] + [length for _, length in grouped]


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (9, 1), (4, 7), (13, 6)])
def test_random_masks(height, width):
    rng = np.random.default_rng(height * 100 + width)
    for share in (0.0, 0.05, 0.4, 0.6, 0.95, 1.0):
        mask = rng.random((height, width)) < share
        before = mask.copy()
        counts = encode_mask(mask)
        assert counts == runs(mask.tolist())
        assert json.loads(json.dumps(counts)) == counts
        np.testing.assert_array_equal(mask, before)
        decoded = decode_mask(counts, height, width)
        assert decoded.dtype == np.bool_
        assert decoded.shape == (height, width)
        np.testing.assert_array_equal(decoded, mask)


def test_by_hand():
    assert encode_mask(np.array([[0, 1, 1], [0, 0, 1]])) == [2, 1, 1, 2]
    assert encode_mask(np.array([[1, 0], [1, 1]])) == [0, 2, 1, 1]
    assert decode_mask([2, 1, 1, 2], 2, 3).tolist() == [[False, True, True], [False, False, True]]
    assert decode_mask([0, 2, 1, 1], 2, 2).tolist() == [[True, False], [True, True]]
    assert decode_mask([0, 6], 3, 2).all()
    assert encode_mask(np.zeros((3, 5))) == [15]
    assert encode_mask(np.ones((3, 5))) == [0, 15]


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32])
def test_any_value_but_zero_is_foreground(dtype):
    mask = np.array([[0, 2, 255], [1, 1, 0]]).astype(dtype)
    assert encode_mask(mask) == [1, 4, 1]
    if dtype != np.uint8:
        assert encode_mask(np.array([[-1, 2], [0, -3]]).astype(dtype)) == [0, 1, 1, 2]


def test_fractions_are_foreground():
    assert encode_mask(np.array([[0.25, 0.0, -0.5]])) == [0, 1, 1, 1]


def test_views_are_read_by_position():
    mask = np.random.default_rng(2).random((6, 8)) < 0.5
    for view in (mask.T, mask[::2, 1::3], mask[::-1], np.asfortranarray(mask)):
        assert encode_mask(view) == runs(view.tolist())


@pytest.mark.parametrize(("height", "width"), [(0, 0), (0, 4), (3, 0)])
def test_no_pixels(height, width):
    assert encode_mask(np.zeros((height, width), dtype=bool)) == []
    for counts in ([], [0], [0, 0]):
        decoded = decode_mask(counts, height, width)
        assert decoded.shape == (height, width)
        assert decoded.dtype == np.bool_


def test_zero_lengths_are_accepted():
    counts = [1, 2, 0, 1, 2, 0]
    assert decode_mask(counts, 3, 2).T.ravel().tolist() == [False, True, True, True, False, False]
    assert counts == [1, 2, 0, 1, 2, 0]


@pytest.mark.parametrize("counts", [[5], [7], [], [3, 2], [8, -2], [-1, 7]])
def test_bad_lengths_are_refused(counts):
    with pytest.raises(ValueError):
        decode_mask(counts, 2, 3)


@pytest.mark.parametrize("shape", [(4,), (1, 2, 3)])
def test_wrong_rank_is_refused(shape):
    with pytest.raises(ValueError):
        encode_mask(np.zeros(shape))
